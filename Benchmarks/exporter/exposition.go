package main

import (
	"bytes"
	"fmt"
	"math/rand"
	"strings"
)

// A value in the body: its place does not move, its digits do.
type slot struct {
	offset, width int
	kind          kind
	value         int64
}

// exposition is one target's body, written once; a tick rewrites the digits in place, so that
// serving costs little beside what is measured.
type exposition struct {
	body   []byte
	slots  []slot
	random uint64
	text   bytes.Buffer
	limit  int
	source *rand.Rand
}

func newExposition(target, series int) *exposition {
	e := &exposition{
		limit: series, source: rand.New(rand.NewSource(int64(target)*7919 + 17)),
		random: uint64(target)*2654435761 + 88172645463325252,
	}
	e.addContainers(series * 60 / 100 / len(containerFamilies))
	e.addJVMs(series * 15 / 100 / 51)
	e.addProcess(target)
	e.addHistograms()
	e.body = e.text.Bytes()
	for index := range e.slots {
		e.render(&e.slots[index])
	}
	return e
}

func (e *exposition) addContainers(number int) {
	labels := make([]string, number)
	for i := range labels {
		team, app := fmt.Sprintf("team-%d", e.source.Intn(20)), fmt.Sprintf("svc-%02d", e.source.Intn(60))
		pod := fmt.Sprintf("%s-%s-%s", app, e.hex(10), e.hex(5))
		labels[i] = fmt.Sprintf(`container="%s",id="/kubepods/burstable/pod%s-%s-%s/%s",`+
			`image="registry.local/%s/%s:1.%d",name="k8s_%s_%s_%s_0",namespace="%s",pod="%s"`,
			app, e.hex(8), e.hex(4), e.hex(12), e.hex(64), team, app, e.source.Intn(30), app, pod,
			team, team, pod)
	}
	for _, f := range containerFamilies {
		e.head(f.name, f.metricType())
		for _, l := range labels {
			e.add(f.name, l, f.kind)
		}
	}
}

func (e *exposition) addJVMs(number int) {
	apps := make([]string, number)
	for i := range apps {
		apps[i] = fmt.Sprintf(`application="svc-%02d",instance_id="%s",version="1.%d"`, i, e.hex(12),
			e.source.Intn(30))
	}
	for _, part := range []string{"used", "committed", "max"} {
		name, values := "jvm_memory_"+part+"_bytes", size
		if part == "max" {
			values = constant
		}
		e.head(name, "gauge")
		for _, app := range apps {
			for _, pool := range heapPools {
				e.add(name, fmt.Sprintf(`%s,area="heap",id="%s"`, app, pool), values)
			}
			for _, pool := range otherPools {
				e.add(name, fmt.Sprintf(`%s,area="nonheap",id="%s"`, app, pool), values)
			}
		}
	}
	e.head("jvm_gc_pause_seconds", "summary")
	for _, app := range apps {
		for _, labels := range pauseLabels {
			e.add("jvm_gc_pause_seconds_count", app+","+labels, count)
			e.add("jvm_gc_pause_seconds_sum", app+","+labels, seconds)
		}
	}
	e.head("jvm_threads_states_threads", "gauge")
	for _, app := range apps {
		for _, state := range threadStates {
			e.add("jvm_threads_states_threads", fmt.Sprintf(`%s,state="%s"`, app, state), gauge)
		}
	}
}

func (e *exposition) addProcess(target int) {
	labels := fmt.Sprintf(`service="svc-%02d",host="node-%03d"`, target%60, target)
	for _, f := range processFamilies {
		e.head(f.name, f.metricType())
		e.add(f.name, labels, f.kind)
	}
}

// addHistograms fills up to the wanted number of series.
func (e *exposition) addHistograms() {
	const name = "http_server_requests_seconds"
	e.head(name, "histogram")
	for i := 0; len(e.slots) < e.limit; i++ {
		labels := fmt.Sprintf(`method="%s",outcome="SUCCESS",status="200",uri="/api/v1/resource-%03d/{id}"`,
			[]string{"GET", "POST", "PUT"}[i%3], i)
		for _, bound := range bounds {
			e.add(name+"_bucket", labels+`,le="`+bound+`"`, count)
		}
		e.add(name+"_sum", labels, seconds)
		e.add(name+"_count", labels, count)
	}
}

func (e *exposition) head(name, metricType string) {
	fmt.Fprintf(&e.text, "# HELP %s %s as seen by the exporter.\n# TYPE %s %s\n", name,
		strings.ReplaceAll(name, "_", " "), name, metricType)
}

func (e *exposition) add(name, labels string, k kind) {
	if len(e.slots) >= e.limit {
		return
	}
	fmt.Fprintf(&e.text, "%s{%s} ", name, labels)
	s := slot{offset: e.text.Len(), kind: k, width: width[k]}
	switch k {
	case constant:
		s.width = 1
		if e.source.Intn(2) == 0 {
			s.width, s.value = 10, 1_000_000_000+int64(e.source.Intn(1<<20))*4096
		}
	case gauge:
		s.value = 200_000 + int64(e.source.Intn(400_000))
	case size:
		s.value = 1_000_001_536 + int64(e.source.Intn(1<<20))*4096
	case seconds:
		s.value = 10_000_000 + int64(e.source.Intn(50_000_000))
	case count:
		s.value = 1_000_000_000 + int64(e.source.Int31n(1<<30))
	}
	e.text.Write(make([]byte, s.width))
	e.text.WriteByte('\n')
	e.slots = append(e.slots, s)
}

func (e *exposition) hex(digits int) string {
	text := make([]byte, digits)
	for i := range text {
		text[i] = "0123456789abcdef"[e.source.Intn(16)]
	}
	return string(text)
}

// tick moves every value as a second would, within the digits it has.
func (e *exposition) tick() {
	for index := range e.slots {
		s, r := &e.slots[index], e.next()
		switch s.kind {
		case constant:
			continue
		case gauge:
			s.move(int64(r%9)-4, 100_000, 999_999, 500_000)
		case size:
			if r&7 == 0 {
				continue
			}
			s.move((int64(r%257)-126)*4096, 1_000_000_000, 9_999_999_999, 2_000_000_000)
		case seconds:
			s.move(int64(r%900), 0, 99_999_999, 10_000_000)
		case count:
			s.move(int64(r%1500), 0, 9_999_999_999, 1_000_000_000)
		}
		e.render(s)
	}
}

func (s *slot) move(step, least, most, restart int64) {
	s.value += step
	if s.value < least || s.value > most {
		s.value = restart
	}
}

// next is xorshift64.
func (e *exposition) next() uint64 {
	e.random ^= e.random << 13
	e.random ^= e.random >> 7
	e.random ^= e.random << 17
	return e.random
}

func (e *exposition) render(s *slot) {
	text := e.body[s.offset : s.offset+s.width]
	switch s.kind {
	case size:
		digits(text[1:11], s.value)
		text[0], text[1] = text[1], '.'
		copy(text[11:], "e+09")
	case seconds:
		digits(text[1:], s.value)
		copy(text[:5], text[1:6])
		text[5] = '.'
	default:
		digits(text, s.value)
	}
}

func digits(text []byte, value int64) {
	for i := len(text) - 1; i >= 0; i-- {
		text[i] = byte('0' + value%10)
		value /= 10
	}
}
