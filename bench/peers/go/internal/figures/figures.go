// SPDX-License-Identifier: MIT

// Package figures measures and prints what a contender found.
package figures

import (
	"fmt"
	"math"
	"syscall"
	"time"
)

// Print writes a figure as the benchmarks read it; NaN: nothing, as it was not
// measured.
func Print(name string, value float64) {
	if math.IsNaN(value) {
		return
	}
	fmt.Printf("%s %.9g\n", name, value)
}

// Usage is what the process has used of the machine so far.
type Usage struct {
	Time     time.Time
	CPU      time.Duration // of all threads, in user and in kernel mode
	Switches int64         // of context, wanted and not wanted
}

// UsageNow reads it.
func UsageNow() Usage {
	usage := Usage{Time: time.Now()}
	var system syscall.Rusage

	if syscall.Getrusage(syscall.RUSAGE_SELF, &system) != nil {
		return usage
	}
	usage.CPU = time.Duration(system.Utime.Nano() + system.Stime.Nano())
	usage.Switches = int64(system.Nvcsw) + int64(system.Nivcsw)
	return usage
}

// Since is what has been used from before to now.
type Since struct {
	Seconds    float64
	CPUSeconds float64
	Switches   float64
}

// Since subtracts.
func (u Usage) Since(before Usage) Since {
	return Since{
		Seconds:    u.Time.Sub(before.Time).Seconds(),
		CPUSeconds: (u.CPU - before.CPU).Seconds(),
		Switches:   float64(u.Switches - before.Switches),
	}
}
