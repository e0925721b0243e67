// A Go service with client_golang's own metrics: the Go and process collectors and a request
// counter. /metrics is the page, /work?garbage=KIB&keep=KIB a request that allocates and retains.
// Prints "port N" and ends with standard input.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

var (
	requests = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "http_requests_total", Help: "Requests served.",
	}, []string{"code"})
	mutex sync.Mutex
	kept  [][]byte
	sink  []byte
)

func work(writer http.ResponseWriter, request *http.Request) {
	garbage, _ := strconv.Atoi(request.FormValue("garbage"))
	keep, _ := strconv.Atoi(request.FormValue("keep"))
	mutex.Lock()
	defer mutex.Unlock()
	for ; garbage > 0; garbage-- {
		sink = make([]byte, 1024)
	}
	for ; keep > 0; keep-- {
		kept = append(kept, make([]byte, 1024))
	}
	requests.WithLabelValues("200").Inc()
	fmt.Fprintln(writer, "done")
}

func main() {
	prometheus.MustRegister(requests)
	http.HandleFunc("/work", work)
	http.Handle("/metrics", promhttp.HandlerFor(
		prometheus.DefaultGatherer, promhttp.HandlerOpts{EnableOpenMetrics: true}))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("port", listener.Addr().(*net.TCPAddr).Port)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	_ = http.Serve(listener, nil)
}
