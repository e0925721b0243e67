'use strict';
// A Node process that serves its live state as prom-client's default metrics would.
//
// /metrics is the page, /work?garbage=KIB&keep=KIB a request that allocates and retains. Prints
// "port N" and ends with standard input.
const http = require('node:http');
const v8 = require('node:v8');
const fs = require('node:fs');
const { PerformanceObserver, constants } = require('node:perf_hooks');

const buckets = [0.001, 0.01, 0.1, 1, 2, 5];
const kinds = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};
const started = Math.round(Date.now() / 1000 - process.uptime());
const collections = new Map();
const kept = [];
let requests = 0;

function observe(kind, seconds) {
  if (!collections.has(kind)) {
    collections.set(kind, { counts: buckets.map(() => 0), count: 0, sum: 0 });
  }
  const histogram = collections.get(kind);
  buckets.forEach((bound, index) => { if (seconds <= bound) histogram.counts[index] += 1; });
  histogram.count += 1;
  histogram.sum += seconds;
}

new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    observe(kinds[entry.detail ? entry.detail.kind : entry.kind], entry.duration / 1000);
  }
}).observe({ entryTypes: ['gc'] });

function family(name, type, samples) {
  return [`# HELP ${name} As the library words it.`, `# TYPE ${name} ${type}`, ...samples, ''];
}

function gauge(name, value) {
  return family(name, 'gauge', [`${name} ${value}`]);
}

function collectionSamples(name) {
  const samples = [];
  for (const [kind, histogram] of collections) {
    buckets.forEach((bound, index) => {
      samples.push(`${name}_bucket{le="${bound}",kind="${kind}"} ${histogram.counts[index]}`);
    });
    samples.push(`${name}_bucket{le="+Inf",kind="${kind}"} ${histogram.count}`);
    samples.push(`${name}_sum{kind="${kind}"} ${histogram.sum}`);
    samples.push(`${name}_count{kind="${kind}"} ${histogram.count}`);
  }
  return samples;
}

function spaceSamples(name, field) {
  return v8.getHeapSpaceStatistics().map((space) =>
    `${name}{space="${space.space_name.replace(/_space$/, '')}"} ${space[field]}`);
}

function page() {
  const memory = process.memoryUsage();
  const cpu = process.cpuUsage();
  const [major, minor, patch] = process.versions.node.split('.');
  return [
    ...family('process_cpu_seconds_total', 'counter',
      [`process_cpu_seconds_total ${(cpu.user + cpu.system) / 1e6}`]),
    ...gauge('process_start_time_seconds', started),
    ...gauge('process_resident_memory_bytes', memory.rss),
    ...gauge('process_open_fds', fs.readdirSync('/proc/self/fd').length - 1),
    ...gauge('nodejs_heap_size_total_bytes', memory.heapTotal),
    ...gauge('nodejs_heap_size_used_bytes', memory.heapUsed),
    ...gauge('nodejs_external_memory_bytes', memory.external),
    ...family('nodejs_heap_space_size_used_bytes', 'gauge',
      spaceSamples('nodejs_heap_space_size_used_bytes', 'space_used_size')),
    ...family('nodejs_version_info', 'gauge', [
      `nodejs_version_info{version="${process.version}",major="${major}",minor="${minor}",`
        + `patch="${patch}"} 1`]),
    ...family('nodejs_gc_duration_seconds', 'histogram',
      collectionSamples('nodejs_gc_duration_seconds')),
    ...family('http_request_duration_seconds', 'histogram', [
      `http_request_duration_seconds_bucket{le="+Inf",route="/work"} ${requests}`,
      `http_request_duration_seconds_sum{route="/work"} ${requests * 0.001}`,
      `http_request_duration_seconds_count{route="/work"} ${requests}`]),
  ].join('\n');
}

function work(query) {
  requests += 1;
  for (let left = Number(query.get('garbage') || 0); left > 0; left -= 1) {
    new Array(128).fill(left);
  }
  for (let left = Number(query.get('keep') || 0); left > 0; left -= 1) {
    kept.push(new Array(128).fill(left));
  }
}

const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname === '/work') {
    work(url.searchParams);
    response.end('done\n');
    return;
  }
  response.setHeader('Content-Type', 'text/plain; version=0.0.4; charset=utf-8');
  response.end(page());
});

server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
process.stdin.on('end', () => process.exit(0)).resume();
