// Pieces of exposition text, as fast as C takes them apart.
#pragma once
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const kept_names[] = {
    "container_memory_working_set_bytes", "container_memory_rss", "jvm_memory_used_bytes",
    "jvm_gc_pause_seconds_sum", "process_resident_memory_bytes"};
enum { kept_count = sizeof kept_names / sizeof *kept_names };

static inline bool is_kept(const char *line, size_t length) {
  for (int index = 0; index < kept_count; index++) {
    size_t name = strlen(kept_names[index]);
    if (length > name && !memcmp(line, kept_names[index], name) &&
        (line[name] == '{' || line[name] == ' '))
      return true;
  }
  return false;
}

// Exact up to 15 digits and small exponents (W. D. Clinger, "How to Read Floating Point Numbers
// Accurately", 1990, the fast path); the bench has no others.
static inline double decimal(const char *text, const char *end) {
  static const double powers[] = {1,    1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                                  1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};
  bool is_negative = text < end && *text == '-';
  text += is_negative;
  uint64_t digits = 0;
  int exponent = 0;
  for (; text < end && (unsigned)(*text - '0') < 10; text++) digits = digits * 10 + (*text - '0');
  if (text < end && *text == '.')
    for (text++; text < end && (unsigned)(*text - '0') < 10; text++, exponent--)
      digits = digits * 10 + (*text - '0');
  if (text < end && (*text | 32) == 'e') {
    int sign = text[1] == '-' ? -1 : 1, written = 0;
    for (text += text[1] == '-' || text[1] == '+' ? 2 : 1; text < end; text++)
      written = written * 10 + (*text - '0');
    exponent += sign * written;
  }
  double value = digits;
  if (exponent > 0 && exponent <= 18) value *= powers[exponent];
  if (exponent < 0 && exponent >= -18) value /= powers[-exponent];
  return is_negative ? -value : value;
}

static inline uint64_t hash(const char *text, size_t length, uint64_t seed) {
  uint64_t state = (seed + length) * 0x9E3779B97F4A7C15u, word;
  for (; length >= 8; text += 8, length -= 8) {
    memcpy(&word, text, 8);
    state = (state ^ word) * 0xff51afd7ed558ccdu;
    state ^= state >> 32;
  }
  if (length) {
    word = 0;
    memcpy(&word, text, length);
    state = (state ^ word) * 0xff51afd7ed558ccdu;
    state ^= state >> 32;
  }
  return state | 1;
}

// A table of series by hash alone: what a look-up costs at least.
enum { table_bits = 19 };
static struct {
  uint64_t hash;
  double value;
} table[1 << table_bits];

static inline void store(uint64_t key, double value) {
  size_t index = key >> (64 - table_bits);
  while (table[index].hash && table[index].hash != key) index = (index + 1) & ((1 << table_bits) - 1);
  table[index].hash = key;
  table[index].value = value;
}

// Splits off one line; names and labels end at the last space.
static inline void take_line(const char *line, const char *end, uint64_t seed, bool keeps_all) {
  if (line == end || *line == '#' || !(keeps_all || is_kept(line, end - line))) return;
  const char *space = memrchr(line, ' ', end - line);
  store(hash(line, space - line, seed), decimal(space + 1, end));
}

static inline void take_body(const char *body, size_t size, uint64_t seed, bool keeps_all) {
  for (const char *line = body, *stop = body + size; line < stop;) {
    const char *end = memchr(line, '\n', stop - line);
    if (!end) end = stop;
    take_line(line, end, seed, keeps_all);
    line = end + 1;
  }
}
