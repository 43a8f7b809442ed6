// SPDX-License-Identifier: MIT

// Command handshakes asks how many RLPx handshakes a core makes with go-ethereum's
// p2p/rlpx, as initiator and recipient together, until each side has the other's
// Hello. over_tcp=0: over net.Pipe; 1: over a TCP connection on loopback each time.
//
// One goroutine a side, on one processor; Hellos are written by the side that has
// just read, so that none needs a goroutine of its own, as p2p.Server has it.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

type settings struct {
	overTCP bool
	length  time.Duration
}

func main() {
	runtime.GOMAXPROCS(1)
	if err := measure(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func parse(words []string) (settings, error) {
	s := settings{length: time.Second}
	for _, word := range words {
		name, text, _ := strings.Cut(word, "=")
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return s, fmt.Errorf("%s: not NAME=NUMBER", word)
		}
		switch name {
		case "over_tcp":
			s.overTCP = value != 0
		case "seconds":
			s.length = time.Duration(value * float64(time.Second))
		default:
			return s, fmt.Errorf("%s: use over_tcp or seconds", name)
		}
	}
	return s, nil
}

func measure(words []string) error {
	s, err := parse(words)
	if err != nil {
		return err
	}
	ends, err := newEnds(s.overTCP)
	if err != nil {
		return err
	}
	defer ends.close()
	if _, err := ends.run(s.length / 5); err != nil { // warm-up
		return err
	}
	began, used := time.Now(), processCPU()
	count, err := ends.run(s.length)
	if err != nil {
		return err
	}
	used = processCPU() - used
	fmt.Printf("handshakes_per_cpu_s %.9g\n", count/used.Seconds())
	fmt.Printf("cpu_s %.9g\n", used.Seconds()/count)
	fmt.Printf("handshakes_per_s %.9g\n", count/time.Since(began).Seconds())
	return nil
}

func processCPU() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
