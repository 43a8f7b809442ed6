// SPDX-License-Identifier: MIT

package figures

import (
	"math"
	"math/bits"
	"time"
)

const (
	// Buckets an octave; a value is told to within 1/128 of itself.
	perOctave = 128
	octaves   = 57
)

// Histogram counts durations. It costs the same for every one of them and never
// grows, so that it does not disturb what it measures.
type Histogram struct {
	counts [octaves * perOctave]uint64
	total  uint64
}

// Add counts one.
func (h *Histogram) Add(duration time.Duration) {
	if duration < 0 {
		duration = 0
	}
	h.counts[bucketOf(uint64(duration))]++
	h.total++
}

// Quantile is the duration in seconds below which a share of all lie; NaN if
// there are none.
func (h *Histogram) Quantile(share float64) float64 {
	var below uint64

	if h.total == 0 {
		return math.NaN()
	}
	rank := uint64(share * float64(h.total))
	for bucket, count := range h.counts {
		below += count
		if below > rank {
			return float64(startOf(bucket)) / float64(time.Second)
		}
	}
	return float64(startOf(len(h.counts)-1)) / float64(time.Second)
}

// Below perOctave each value has a bucket; then each octave has perOctave.
func bucketOf(value uint64) int {
	if value < perOctave {
		return int(value)
	}
	shift := bits.Len64(value) - bits.Len64(perOctave)
	return shift*perOctave + int(value>>uint(shift))
}

func startOf(bucket int) uint64 {
	if bucket < 2*perOctave {
		return uint64(bucket)
	}
	shift := bucket/perOctave - 1
	return uint64(bucket-shift*perOctave) << uint(shift)
}
