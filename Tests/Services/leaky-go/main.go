// A service that leaks on demand, for tests of heap profiles: GET /leak keeps what it is told to,
// /busy allocates and forgets, /stuck leaves goroutines behind; profiles under /debug/pprof/,
// metrics as client_golang names them under /metrics.
package main

import (
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
	"strconv"
	"time"
)

// Session is what leaks: one for every visitor, never removed.
type Session struct {
	data []byte
	next *Session
}

var (
	sessions = map[int]*Session{}
	words    []string
	last     *Session
	garbage  []byte
	begin    = time.Now()
)

func remember(count int) {
	for i := 0; i < count; i++ {
		sessions[len(sessions)] = newSession(4096)
	}
}

// Small enough to be inlined into its caller.
func newSession(size int) *Session { return &Session{data: make([]byte, size)} }

func chain(depth int) {
	if depth > 0 {
		chain(depth - 1)
		return
	}
	for i := 0; i < 2000; i++ {
		last = &Session{data: make([]byte, 700), next: last}
	}
}

func note(count int) {
	for i := 0; i < count; i++ {
		words = append(words, fmt.Sprintf("word number %d of many", i))
	}
}

func main() {
	http.HandleFunc("/leak", func(reply http.ResponseWriter, request *http.Request) {
		count, _ := strconv.Atoi(request.FormValue("count"))
		remember(count)
		note(count)
		chain(5)
	})
	http.HandleFunc("/busy", func(reply http.ResponseWriter, request *http.Request) {
		for i := 0; i < 2000; i++ {
			garbage = make([]byte, 64<<10)
		}
	})
	http.HandleFunc("/forget", func(reply http.ResponseWriter, request *http.Request) { words = nil })
	http.HandleFunc("/stuck", func(reply http.ResponseWriter, request *http.Request) {
		for i := 0; i < 50; i++ {
			go wait(make(chan bool))
		}
	})
	http.HandleFunc("/metrics", metrics)
	listener, err := net.Listen("tcp", "127.0.0.1:"+port())
	if err != nil {
		panic(err)
	}
	fmt.Printf("port %d\n", listener.Addr().(*net.TCPAddr).Port)
	go http.Serve(listener, nil)
	os.Stdin.Read(make([]byte, 1))
}

func metrics(reply http.ResponseWriter, request *http.Request) {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	reply.Header().Set("Content-Type", "text/plain; version=0.0.4")
	for _, line := range []string{
		"# TYPE go_info gauge", fmt.Sprintf("go_info{version=%q} 1", runtime.Version()),
		"# TYPE go_goroutines gauge", fmt.Sprintf("go_goroutines %d", runtime.NumGoroutine()),
		"# TYPE go_memstats_heap_alloc_bytes gauge",
		fmt.Sprintf("go_memstats_heap_alloc_bytes %d", memory.HeapAlloc),
		"# TYPE process_start_time_seconds gauge",
		fmt.Sprintf("process_start_time_seconds %.2f", float64(begin.UnixMilli())/1000),
	} {
		fmt.Fprintln(reply, line)
	}
}

// The first argument, else any that is free.
func port() string {
	if len(os.Args) > 1 {
		return os.Args[1]
	}
	return "0"
}

func wait(never chan bool) { <-never }
