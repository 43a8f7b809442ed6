// SPDX-License-Identifier: MIT

package figures

import (
	"math"
	"testing"
	"time"
)

func TestAHistogramTellsQuantilesToOnePercent(t *testing.T) {
	var h Histogram
	const most = 1_000_000

	for i := 0; i < most; i++ {
		h.Add(time.Duration(i))
	}
	for _, share := range []float64{0, 0.0001, 0.5, 0.99, 0.999} {
		want := share * most / float64(time.Second)
		if got := h.Quantile(share); math.Abs(got-want) > want/100 {
			t.Errorf("quantile %g: want about %g, have %g", share, want, got)
		}
	}
}

func TestAHistogramHasRoomForAllDurations(t *testing.T) {
	var h Histogram

	for _, duration := range []time.Duration{-1, 0, math.MaxInt64} {
		h.Add(duration)
	}
	if got := h.Quantile(0.4); got != 0 {
		t.Errorf("want 0, have %g", got)
	}
	want := time.Duration(math.MaxInt64).Seconds()
	if got := h.Quantile(1); math.Abs(got-want) > want/100 {
		t.Errorf("want about %g, have %g", want, got)
	}
}

func TestAnEmptyHistogramHasNoQuantile(t *testing.T) {
	var h Histogram

	if got := h.Quantile(0.5); !math.IsNaN(got) {
		t.Errorf("want NaN, have %g", got)
	}
}

func TestEachBucketBeginsWhereTheOneBeforeEnds(t *testing.T) {
	for bucket := 0; bucket < octaves*perOctave-1; bucket++ {
		next := startOf(bucket + 1)
		if startOf(bucket) >= next || bucketOf(startOf(bucket)) != bucket ||
			bucketOf(next-1) != bucket {
			t.Fatalf("bucket %d: from %d to before %d", bucket,
				startOf(bucket), next)
		}
	}
}

func TestAStretchMeasuresOnlyAfterItsWarmUp(t *testing.T) {
	s := NewStretch(0.02, 1)
	taken := 0.0

	for !s.Over() {
		s.Taken(s.HandOver())
		taken++
	}
	if s.measured <= 0 || s.measured >= taken {
		t.Errorf("of %g tasks %g were measured", taken, s.measured)
	}
	if s.used.Seconds < 0.015 {
		t.Errorf("measured for %g s", s.used.Seconds)
	}
}
