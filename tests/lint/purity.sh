#!/bin/bash
# SPDX-License-Identifier: MIT
#
# lib computes: its objects ask for no thread, socket, clock, environment,
# stdio, randomness or end of the process, and for nothing of workers.
# BUILD: the folder of a release build.
set -euo pipefail
build=${BUILD-build/release}

denied="pthread_.* thrd_.* mtx_.* cnd_.* sem_.* sched_.* fork vfork exec.*
socket socketpair connect bind listen accept accept4 shutdown
send sendto sendmsg recv recvfrom recvmsg setsockopt getsockopt
poll ppoll select pselect epoll_.* eventfd timerfd_.* signalfd
getaddrinfo getnameinfo gethostby.* res_.* ares_.*
clock_.* time gettimeofday nanosleep sleep usleep timer_.* localtime.* gmtime.*
getenv secure_getenv setenv putenv environ
printf fprintf vprintf vfprintf dprintf vdprintf puts fputs putchar fputc putc
perror fopen fdopen freopen fclose fread fwrite fflush fgets getline fgetc
stdin stdout stderr scanf fscanf
open openat creat read pread.* write pwrite.* readv writev close pipe pipe2 dup.*
fcntl ioctl stat fstat lstat unlink rename mkdir opendir mmap munmap
random srandom rand srand rand_r drand48 arc4random.* getrandom getentropy
randombytes.*
abort exit _exit _Exit quick_exit atexit raise kill signal sigaction
__assert_fail syscall
rcu_.* urcu_.* cds_.* call_rcu.* synchronize_rcu.* __atomic_.*"

# A fortified call asks for __NAME_chk, a large-file one for NAME64.
pattern=$(tr -s ' \n' '|' <<<"$denied" | sed 's/|$//')
pattern="^(__)?(isoc99_)?($pattern)(64)?(_chk)?$"

mapfile -t objects < <(find "$build/obj/lib" -name '*.o' | sort)
if [ "${#objects[@]}" = 0 ]; then
  echo "purity: no objects in $build/obj/lib: run make first"
  exit 1
fi

failed=0
defined=$(nm --defined-only -g "${objects[@]}" | awk 'NF == 3 { print $3 }' |
  sort -u)
for object in "${objects[@]}"; do
  source=${object#"$build/obj/"}
  source=${source%.o}.c
  [ -e "$source" ] || continue # its source is gone
  asked=$(nm -u "$object" | awk '{ print $2 }')
  if bad=$(grep -E "$pattern" <<<"$asked"); then
    echo "purity: $source asks for" $bad
    failed=1
  fi
  if bad=$(grep -E '^dti?_' <<<"$asked" | grep -vxFf <(echo "$defined")); then
    echo "purity: $source asks for what lib does not have:" $bad
    failed=1
  fi
done

[ "$failed" = 0 ] && echo "purity: ok (${#objects[@]} objects)"
exit "$failed"
