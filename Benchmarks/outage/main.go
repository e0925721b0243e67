// outage takes alerts by webhook, and fails in a given way when told to.
//
//	outage -control 20971 -hook 20972 [-tls FOLDER]
//	    POST /hook on the second port takes an alert; the header webhook-id tells it from others. With
//	    -tls that port speaks TLS, and FOLDER/ca.pem is who vouches for it.
//	    On the first port: POST /fail?way=refuse|hang|429|500|reset|tls begins to fail in that way, what
//	    hangs is never answered; POST /heal ends it; GET /stats says, as JSON, how many attempts came
//	    while it failed, as far as they are seen here, how many requests it took, and how many different
//	    alerts; POST /reset forgets all that.
package main

import (
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
)

type tally struct {
	Failed   int `json:"failed"`
	Posts    int `json:"posts"`
	Distinct int `json:"distinct"`
}

type receiver struct {
	mutex   sync.Mutex
	address string
	good    *tls.Certificate
	strange *tls.Certificate
	server  *http.Server
	way     string
	count   tally
	known   map[string]bool
}

// open listens, unless it does already.
func (r *receiver) open() {
	if r.server != nil {
		return
	}
	listener, err := net.Listen("tcp", r.address)
	if err != nil {
		log.Fatal(err)
	}
	if r.good != nil {
		listener = tls.NewListener(listener, &tls.Config{GetCertificate: r.certificate})
	}
	r.server = &http.Server{Handler: http.HandlerFunc(r.hook), ErrorLog: log.New(io.Discard, "", 0)}
	go r.server.Serve(listener)
}

func (r *receiver) close() {
	if r.server != nil {
		r.server.Close()
		r.server = nil
	}
}

func (r *receiver) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.way != "tls" {
		return r.good, nil
	}
	r.count.Failed++
	return r.strange, nil
}

func (r *receiver) hook(w http.ResponseWriter, request *http.Request) {
	r.mutex.Lock()
	way := r.way
	if way != "" {
		r.count.Failed++
	}
	r.mutex.Unlock()
	switch way {
	case "":
		r.take(w, request)
	case "hang":
		io.Copy(io.Discard, request.Body)
		<-request.Context().Done()
	case "429":
		w.WriteHeader(http.StatusTooManyRequests)
	case "reset":
		// In the middle of the body: nothing more is read, and what was is answered by a reset.
		request.Body.Read(make([]byte, 64))
		if connection, _, err := w.(http.Hijacker).Hijack(); err == nil {
			connection.(*net.TCPConn).SetLinger(0)
			connection.Close()
		}
	default:
		w.WriteHeader(http.StatusInternalServerError)
	}
}

func (r *receiver) take(w http.ResponseWriter, request *http.Request) {
	if _, err := io.Copy(io.Discard, request.Body); err != nil {
		return
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.count.Posts++
	if id := request.Header.Get("webhook-id"); !r.known[id] {
		r.known[id] = true
		r.count.Distinct++
	}
	w.WriteHeader(http.StatusNoContent)
}

// fail begins to fail; connections that stand would not meet what makes TLS fail.
func (r *receiver) fail(way string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.way = way
	if way == "refuse" || way == "tls" {
		r.close()
	}
	if way != "refuse" {
		r.open()
	}
}

func (r *receiver) heal() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.way = ""
	r.open()
}

func main() {
	control := flag.Int("control", 0, "")
	hook := flag.Int("hook", 0, "")
	folder := flag.String("tls", "", "")
	flag.Parse()
	r := &receiver{address: fmt.Sprintf("127.0.0.1:%d", *hook), known: map[string]bool{}}
	if *folder != "" {
		authority, good := issue()
		_, r.strange = issue()
		r.good = good
		if err := os.WriteFile(filepath.Join(*folder, "ca.pem"), authority, 0o644); err != nil {
			log.Fatal(err)
		}
	}
	r.heal()
	http.HandleFunc("/fail", func(_ http.ResponseWriter, q *http.Request) { r.fail(q.FormValue("way")) })
	http.HandleFunc("/heal", func(http.ResponseWriter, *http.Request) { r.heal() })
	http.HandleFunc("/stats", func(w http.ResponseWriter, _ *http.Request) {
		r.mutex.Lock()
		defer r.mutex.Unlock()
		json.NewEncoder(w).Encode(r.count)
	})
	http.HandleFunc("/reset", func(http.ResponseWriter, *http.Request) {
		r.mutex.Lock()
		defer r.mutex.Unlock()
		r.count, r.known = tally{}, map[string]bool{}
	})
	log.Fatal(http.ListenAndServe(fmt.Sprintf("127.0.0.1:%d", *control), nil))
}
