// SPDX-License-Identifier: MIT

// Package arguments reads what a benchmark starts a contender with: a mode and
// NAME=VALUE arguments.
package arguments

import (
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
)

// Set is the arguments that a program takes. Each has an initial value, so none
// is required.
type Set struct {
	readers map[string]func(text string) error
}

// Int declares a whole number from min to max.
func (s *Set) Int(name string, initial, min, max int) *int {
	value := initial

	s.declare(name, func(text string) error {
		number, err := strconv.Atoi(text)
		if err != nil || number < min || number > max {
			return fmt.Errorf("%s=%s: takes a whole number from %d to %d",
				name, text, min, max)
		}
		value = number
		return nil
	})
	return &value
}

// Seconds declares seconds=, how long to measure.
func (s *Set) Seconds() *float64 {
	const initial, max = 1, 3600
	value := float64(initial)

	s.declare("seconds", func(text string) error {
		number, err := strconv.ParseFloat(text, 64)
		if err != nil || !(number > 0 && number <= max) {
			return fmt.Errorf("seconds=%s: takes a number above 0, up to %d",
				text, max)
		}
		value = number
		return nil
	})
	return &value
}

func (s *Set) declare(name string, read func(text string) error) {
	if s.readers == nil {
		s.readers = make(map[string]func(text string) error)
	}
	s.readers[name] = read
}

// Parse reads words of the form NAME=VALUE. The error names the first one that
// cannot be, and what could.
func (s *Set) Parse(words []string) error {
	for _, word := range words {
		equals := strings.IndexByte(word, '=')
		if equals < 0 {
			return fmt.Errorf("%q: takes NAME=VALUE", word)
		}
		read, known := s.readers[word[:equals]]
		if !known {
			return fmt.Errorf("%q: there is no such argument; there are %s",
				word, names(s.readers))
		}
		if err := read(word[equals+1:]); err != nil {
			return err
		}
	}
	return nil
}

// Mode is one way of doing a program's task.
type Mode func(words []string) error

// Run runs a program that has one mode, which is not named. Returns the exit
// status.
func Run(only Mode) int {
	return run(only, os.Args[1:])
}

// RunMode runs the mode that the command line begins with. Returns the exit
// status.
func RunMode(modes map[string]Mode) int {
	if len(os.Args) < 2 || modes[os.Args[1]] == nil {
		fmt.Fprintf(os.Stderr, "usage: %s MODE [NAME=VALUE ...]; modes: %s\n",
			os.Args[0], names(modes))
		return 2
	}
	return run(modes[os.Args[1]], os.Args[2:])
}

func run(mode Mode, words []string) int {
	if err := mode(words); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func names[Value any](from map[string]Value) string {
	sorted := make([]string, 0, len(from))
	for name := range from {
		sorted = append(sorted, name)
	}
	sort.Strings(sorted)
	return strings.Join(sorted, ", ")
}
