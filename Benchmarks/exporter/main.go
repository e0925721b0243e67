// exporter serves many targets, one port each, at little cost.
//
//	exporter -targets 50 -series 2000 -first-port 21000 -control-port 20990
//	    GET /metrics on each target's port; on the control port GET /stats (what was served, as
//	    JSON) and POST /sink, which swallows what a scraper forwards.
//	exporter -targets 50 -series 2000 -write FOLDER
//	    writes what two scrapes in a row would have brought, FOLDER/TARGET.0 and .1, and ends.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
)

var served struct{ scrapes, samples, bytes int64 }

type target struct {
	mutex      sync.Mutex
	exposition *exposition
}

func (t *target) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.exposition.tick()
	body := t.exposition.body
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if _, err := w.Write(body); err == nil {
		atomic.AddInt64(&served.scrapes, 1)
		atomic.AddInt64(&served.samples, int64(len(t.exposition.slots)))
		atomic.AddInt64(&served.bytes, int64(len(body)))
	}
}

func control(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/sink" {
		io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	json.NewEncoder(w).Encode(map[string]int64{
		"scrapes": atomic.LoadInt64(&served.scrapes), "samples": atomic.LoadInt64(&served.samples),
		"bytes": atomic.LoadInt64(&served.bytes)})
}

func main() {
	targets := flag.Int("targets", 50, "targets, one port each")
	series := flag.Int("series", 2000, "series of a target")
	firstPort := flag.Int("first-port", 21000, "the first target's port")
	controlPort := flag.Int("control-port", 20990, "port of /stats and /sink")
	folder := flag.String("write", "", "write bodies into this folder and end")
	flag.Parse()

	for number := 0; number < *targets; number++ {
		e := newExposition(number, *series)
		if *folder != "" {
			write(e, *folder, number)
			continue
		}
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *firstPort+number))
		if err != nil {
			log.Fatal(err)
		}
		go http.Serve(listener, &target{exposition: e})
	}
	if *folder == "" {
		address := fmt.Sprintf("127.0.0.1:%d", *controlPort)
		log.Fatal(http.ListenAndServe(address, http.HandlerFunc(control)))
	}
}

func write(e *exposition, folder string, number int) {
	for tick := 0; tick < 2; tick++ {
		e.tick()
		path := filepath.Join(folder, fmt.Sprintf("%d.%d", number, tick))
		if err := os.WriteFile(path, e.body, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
