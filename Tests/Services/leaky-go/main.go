// A service that leaks on demand, for tests of heap profiles: GET /leak keeps what it is told to,
// /busy allocates and forgets, /stuck leaves goroutines behind; profiles under /debug/pprof/.
package main

import (
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"strconv"
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
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("port %d\n", listener.Addr().(*net.TCPAddr).Port)
	go http.Serve(listener, nil)
	os.Stdin.Read(make([]byte, 1))
}

func wait(never chan bool) { <-never }
