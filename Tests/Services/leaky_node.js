'use strict';
// A service that leaks on demand, for tests of heap snapshots: /map?count=N keeps sessions in a Map,
// /emitter?count=N listeners of one emitter, /closure?count=N closures with what they close over;
// /busy allocates and forgets; /metrics names the figures as prom-client does.
//
// Started with --inspect. The first argument is the port, or any. Prints "port N" and ends with standard input.
const http = require('node:http');
const { EventEmitter } = require('node:events');

class Session {
  constructor(number) {
    this.number = number;
    this.data = new Array(64).fill(number + 0.5);
  }
}

class Subscriber {
  constructor(bus, number) {
    this.data = new Array(64).fill(number + 0.5);
    bus.on('news', () => this.data);
  }
}

class Payload {
  constructor(number) { this.data = new Array(64).fill(number + 0.5); }
}

const started = Math.round(Date.now() / 1000 - process.uptime());
const sessions = new Map();
const bus = new EventEmitter();
const callbacks = [];
bus.setMaxListeners(0);

function later(number) {
  const payload = new Payload(number);
  return () => payload.data.length;
}

const actions = {
  '/map': (n) => { for (let i = 0; i < n; i += 1) sessions.set(sessions.size, new Session(i)); },
  '/emitter': (n) => { for (let i = 0; i < n; i += 1) new Subscriber(bus, i); },
  '/closure': (n) => { for (let i = 0; i < n; i += 1) callbacks.push(later(i)); },
  '/busy': () => { for (let i = 0; i < 20000; i += 1) new Session(i); },
  '/metrics': () => {},
};

http.createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  actions[url.pathname](Number(url.searchParams.get('count') || 0));
  const memory = process.memoryUsage();
  response.setHeader('Content-Type', 'text/plain; version=0.0.4; charset=utf-8');
  response.end([
    ['process_start_time_seconds', started], ['process_resident_memory_bytes', memory.rss],
    ['nodejs_heap_size_total_bytes', memory.heapTotal],
    ['nodejs_heap_size_used_bytes', memory.heapUsed],
  ].map(([name, value]) => `# TYPE ${name} gauge\n${name} ${value}\n`).join(''));
}).listen(Number(process.argv[2] || 0), '127.0.0.1', function listening() { console.log(`port ${this.address().port}`); });
process.stdin.on('end', () => process.exit(0)).resume();
