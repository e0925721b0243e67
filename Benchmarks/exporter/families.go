package main

import "strings"

// What a node with some containers, a few JVMs and one Go process exports.

type kind int

const (
	constant kind = iota
	gauge         // six digits
	size          // bytes as d.ddddddddde+09
	seconds       // counter, ddddd.ddd
	count         // counter, ten digits
)

// width of a value as text; a constant is 1 or 10.
var width = map[kind]int{gauge: 6, size: 15, seconds: 9, count: 10}

type family struct {
	name string
	kind kind
}

func (f family) metricType() string {
	if strings.HasSuffix(f.name, "_total") {
		return "counter"
	}
	return "gauge"
}

var containerFamilies = []family{
	{"container_cpu_usage_seconds_total", seconds}, {"container_cpu_user_seconds_total", seconds},
	{"container_cpu_system_seconds_total", seconds}, {"container_cpu_cfs_periods_total", count},
	{"container_cpu_cfs_throttled_periods_total", count},
	{"container_cpu_cfs_throttled_seconds_total", seconds},
	{"container_memory_usage_bytes", size}, {"container_memory_working_set_bytes", size},
	{"container_memory_rss", size}, {"container_memory_cache", size},
	{"container_memory_swap", constant}, {"container_memory_mapped_file", size},
	{"container_memory_max_usage_bytes", size}, {"container_memory_failcnt", constant},
	{"container_memory_failures_total", count}, {"container_fs_reads_bytes_total", count},
	{"container_fs_writes_bytes_total", count}, {"container_fs_reads_total", count},
	{"container_fs_writes_total", count}, {"container_network_receive_bytes_total", count},
	{"container_network_receive_packets_total", count},
	{"container_network_receive_errors_total", constant},
	{"container_network_transmit_bytes_total", count},
	{"container_network_transmit_packets_total", count},
	{"container_network_transmit_errors_total", constant},
	{"container_spec_memory_limit_bytes", constant}, {"container_spec_cpu_shares", constant},
	{"container_start_time_seconds", constant}, {"container_threads", gauge},
	{"container_processes", constant}, {"container_file_descriptors", gauge},
}

var processFamilies = []family{
	{"process_cpu_seconds_total", seconds}, {"process_resident_memory_bytes", size},
	{"process_virtual_memory_bytes", constant}, {"process_open_fds", gauge},
	{"process_max_fds", constant}, {"process_start_time_seconds", constant},
	{"go_goroutines", gauge}, {"go_threads", gauge}, {"go_memstats_alloc_bytes", size},
	{"go_memstats_alloc_bytes_total", count}, {"go_memstats_sys_bytes", size},
	{"go_memstats_mallocs_total", count}, {"go_memstats_frees_total", count},
	{"go_memstats_heap_alloc_bytes", size}, {"go_memstats_heap_sys_bytes", size},
	{"go_memstats_heap_idle_bytes", size}, {"go_memstats_heap_inuse_bytes", size},
	{"go_memstats_heap_released_bytes", size}, {"go_memstats_heap_objects", gauge},
	{"go_memstats_stack_inuse_bytes", constant}, {"go_memstats_next_gc_bytes", size},
	{"go_memstats_last_gc_time_seconds", seconds},
}

var heapPools = []string{"G1 Eden Space", "G1 Old Gen", "G1 Survivor Space"}
var otherPools = []string{"Metaspace", "Compressed Class Space", "CodeHeap 'profiled nmethods'",
	"CodeHeap 'non-nmethods'", "CodeHeap 'non-profiled nmethods'"}
var pauseLabels = []string{
	`action="end of minor GC",cause="G1 Evacuation Pause"`,
	`action="end of minor GC",cause="Metadata GC Threshold"`,
	`action="end of major GC",cause="Allocation Failure"`,
}
var threadStates = []string{"runnable", "blocked", "waiting", "timed-waiting", "new", "terminated"}
var bounds = []string{"0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10",
	"+Inf"}
