// expfmt FOLDER TARGETS REPETITIONS: the same bodies through the text parser of Prometheus' own
// library for Go, github.com/prometheus/common/expfmt. One JSON line for each repetition.
package main

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/prometheus/common/expfmt"
)

func cpuSeconds() float64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

func main() {
	targets, _ := strconv.Atoi(os.Args[2])
	repetitions, _ := strconv.Atoi(os.Args[3])
	bodies := make([][2][]byte, targets)
	size := 0
	for target := range bodies {
		for tick := range bodies[target] {
			path := filepath.Join(os.Args[1], fmt.Sprintf("%d.%d", target, tick))
			body, err := os.ReadFile(path)
			if err != nil {
				log.Fatal(err)
			}
			bodies[target][tick] = body
		}
		size += len(bodies[target][0])
	}
	for repetition := 0; repetition < repetitions; repetition++ {
		started := cpuSeconds()
		families := 0
		for target := range bodies {
			var parser expfmt.TextParser
			found, err := parser.TextToMetricFamilies(bytes.NewReader(bodies[target][repetition&1]))
			if err != nil {
				log.Fatal(err)
			}
			families += len(found)
		}
		fmt.Printf("{\"case\":\"expfmt\",\"cpu_s\":%.6f,\"bytes\":%d,\"found\":%d}\n",
			cpuSeconds()-started, size, families)
	}
}
