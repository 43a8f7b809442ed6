// SPDX-License-Identifier: MIT

package arguments

import (
	"strings"
	"testing"
)

func TestArgumentsAreRead(t *testing.T) {
	var s Set
	workers := s.Int("workers", 16, 1, 100)
	peers := s.Int("peers", 7, 0, 100)
	seconds := s.Seconds()

	err := s.Parse([]string{"workers=100", "seconds=0.25"})

	if err != nil || *workers != 100 || *peers != 7 || *seconds != 0.25 {
		t.Errorf("have %d, %d, %g and %v", *workers, *peers, *seconds, err)
	}
}

func TestWhatCannotBeIsNamed(t *testing.T) {
	for word, says := range map[string]string{
		"workers=0":    "workers=0: takes a whole number from 1 to 100",
		"workers=101":  "workers=101: takes a whole number from 1 to 100",
		"workers=":     "workers=: takes a whole number from 1 to 100",
		"workers=1.5":  "workers=1.5: takes a whole number from 1 to 100",
		"workers":      "\"workers\": takes NAME=VALUE",
		"speed=1":      "there are seconds, workers",
		"seconds=0":    "seconds=0: takes a number above 0, up to 3600",
		"seconds=-1":   "seconds=-1: takes a number above 0, up to 3600",
		"seconds=NaN":  "seconds=NaN: takes a number above 0, up to 3600",
		"seconds=4000": "seconds=4000: takes a number above 0, up to 3600",
	} {
		var s Set
		s.Int("workers", 16, 1, 100)
		s.Seconds()

		err := s.Parse([]string{word})
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: want %q, have %v", word, says, err)
		}
	}
}
