// parse_floor FOLDER TARGETS REPETITIONS: the bodies FOLDER/N.0 and FOLDER/N.1 of every target,
// taken apart in turn. One JSON line for each way of doing it and repetition.
#include "exposition.h"

typedef struct {
  char *text;
  size_t size;
} Body;

// What the scrape before had at the same place, for the positional way.
typedef struct {
  uint32_t *lengths;
  const char *keys;
} Order;

static int targets;
static Body (*bodies)[2];
static Order *orders;
static double *values;

static double cpu_seconds(void) {
  struct timespec moment;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &moment);
  return moment.tv_sec + moment.tv_nsec / 1e9;
}

static Body load(const char *folder, int target, int tick) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%d.%d", folder, target, tick);
  FILE *file = fopen(path, "r");
  if (!file) exit(1);
  fseek(file, 0, SEEK_END);
  Body body = {malloc(ftell(file) + 64), ftell(file)};
  rewind(file);
  if (fread(body.text, 1, body.size, file) != body.size) exit(1);
  fclose(file);
  return body;
}

static long newlines(int target, int tick) {
  Body body = bodies[target][tick];
  long count = 0;
  for (char *at = body.text; (at = memchr(at, '\n', body.text + body.size - at)); at++) count++;
  return count;
}

static long every_series(int target, int tick) {
  take_body(bodies[target][tick].text, bodies[target][tick].size, target, true);
  return 0;
}

static long five_names(int target, int tick) {
  take_body(bodies[target][tick].text, bodies[target][tick].size, target, false);
  return 0;
}

static void learn(int target) {
  Body body = bodies[target][1];
  Order *order = &orders[target];
  order->lengths = malloc(sizeof *order->lengths * (newlines(target, 1) + 1));
  order->keys = memcpy(malloc(body.size), body.text, body.size);
  int number = 0;
  for (char *line = body.text; line < body.text + body.size; number++) {
    char *end = memchr(line, '\n', body.text + body.size - line);
    char *space = memrchr(line, ' ', end - line);
    order->lengths[number] = *line == '#' ? end - line : space + 1 - line;
    line = end + 1;
  }
}

static long by_position(int target, int tick) {
  Body body = bodies[target][tick];
  Order order = orders[target];
  const char *key = order.keys, *line = body.text, *stop = body.text + body.size;
  for (int number = 0; line < stop; number++) {
    uint32_t length = order.lengths[number];
    if (memcmp(line, key, length)) exit(1);
    const char *end = line + length;
    while (*end != '\n') end++;
    if (*line != '#') values[number] = decimal(line + length, end);
    // Values have the same width in every scrape, so the keys lie at the same places.
    key += end + 1 - line;
    line = end + 1;
  }
  return 0;
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  targets = atoi(arguments[2]);
  int repetitions = atoi(arguments[3]);
  bodies = malloc(sizeof *bodies * targets);
  orders = malloc(sizeof *orders * targets);
  values = malloc(sizeof *values * 1000000);
  size_t bytes = 0;
  for (int target = 0; target < targets; target++) {
    for (int tick = 0; tick < 2; tick++) bodies[target][tick] = load(arguments[1], target, tick);
    bytes += bodies[target][0].size;
    learn(target);
  }
  struct {
    const char *name;
    long (*take)(int, int);
  } ways[] = {{"newlines", newlines},
              {"every series", every_series},
              {"five names", five_names},
              {"by position", by_position}};
  for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
    long found = 0;
    // The first pass warms up and is not told.
    for (int repetition = -1; repetition < repetitions; repetition++) {
      double started = cpu_seconds();
      for (int target = 0; target < targets; target++)
        found += ways[way].take(target, repetition & 1);
      double spent = cpu_seconds() - started;
      if (repetition >= 0)
        printf("{\"case\":\"%s\",\"cpu_s\":%.6f,\"bytes\":%zu,\"found\":%ld}\n", ways[way].name,
               spent, bytes, found);
    }
  }
  return 0;
}
