// receiver takes alerts by webhook and counts them.
//
//	receiver -port 20970
//	    POST /hook takes an alert; one that comes again counts once. GET /stats says, as JSON, how
//	    many requests and how many different alerts came; GET /body gives back the first body;
//	    POST /reset forgets everything.
package main

import (
	"encoding/json"
	"flag"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"sync"
)

type tally struct {
	Posts    int `json:"posts"`
	Distinct int `json:"distinct"`
}

var (
	mutex sync.Mutex
	count tally
	known = map[string]bool{}
	first []byte
)

// What tells an alert from others: our sender names its messages; Alertmanager sends one alert in
// each, whose label says it; without either every message counts.
func identity(request *http.Request, body []byte) string {
	if id := request.Header.Get("webhook-id"); id != "" {
		return id
	}
	var message struct {
		Alerts []struct{ Labels map[string]string }
	}
	if json.Unmarshal(body, &message) == nil && len(message.Alerts) == 1 {
		return message.Alerts[0].Labels["service"]
	}
	return strconv.Itoa(count.Posts)
}

func hook(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return
	}
	mutex.Lock()
	defer mutex.Unlock()
	count.Posts++
	if first == nil {
		first = body
	}
	if id := identity(request, body); !known[id] {
		known[id] = true
		count.Distinct++
	}
	w.WriteHeader(http.StatusNoContent)
}

func main() {
	port := flag.Int("port", 0, "")
	flag.Parse()
	http.HandleFunc("/hook", hook)
	http.HandleFunc("/stats", func(w http.ResponseWriter, _ *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		json.NewEncoder(w).Encode(count)
	})
	http.HandleFunc("/body", func(w http.ResponseWriter, _ *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		w.Write(first)
	})
	http.HandleFunc("/reset", func(http.ResponseWriter, *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		count, known, first = tally{}, map[string]bool{}, nil
	})
	log.Fatal(http.ListenAndServe(net.JoinHostPort("127.0.0.1", strconv.Itoa(*port)), nil))
}
