// slope_floor SERIES SAMPLES REPETITIONS: least-squares slopes over arrays of doubles.
//   full pass     every sample of every series is read
//   running sums  the sums are kept up to date, as a sample comes and another goes
// One JSON line for each, with the CPU milliseconds of every repetition and the rises it counted.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct {
  double value, time_value;
} Sums;

static double cpu_milliseconds(void) {
  struct timespec moment;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &moment);
  return moment.tv_sec * 1e3 + moment.tv_nsec / 1e6;
}

static double slope(Sums sums, double samples) {
  double mean_time = (samples - 1) / 2;
  return (sums.time_value - mean_time * sums.value) / (samples * (samples * samples - 1) / 12);
}

// Eight sums side by side, so that the additions do not wait for each other.
static Sums sums_of(const double *values, int samples) {
  double value[8] = {0}, time_value[8] = {0};
  int index = 0;
  for (; index + 8 <= samples; index += 8)
    for (int lane = 0; lane < 8; lane++) {
      double offset = values[index + lane] - values[0];
      value[lane] += offset;
      time_value[lane] += offset * (index + lane);
    }
  Sums sums = {0, 0};
  for (int lane = 0; lane < 8; lane++) {
    sums.value += value[lane];
    sums.time_value += time_value[lane];
  }
  for (; index < samples; index++) {
    sums.value += values[index] - values[0];
    sums.time_value += (values[index] - values[0]) * index;
  }
  return sums;
}

// Stands for the other work of a minute: pushes everything else out of the caches.
static void evict_caches(void) {
  static volatile uint64_t *block;
  size_t words = (128 << 20) / sizeof *block;
  if (!block) block = calloc(words, sizeof *block);
  for (size_t index = 0; index < words; index += 8) block[index]++;
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  int series = atoi(arguments[1]), samples = atoi(arguments[2]), repetitions = atoi(arguments[3]);
  double *values = malloc(sizeof *values * series * samples);
  Sums *running = calloc(series, sizeof *running);
  uint64_t random = 88172645463325252u;
  for (size_t index = 0; index < (size_t)series * samples; index++) {
    random ^= random << 13, random ^= random >> 7, random ^= random << 17;
    values[index] = 3e8 + (double)(random % 1000) * 4096;
  }
  int growing = 0;
  for (int is_running = 0; is_running < 2; is_running++) {
    printf("{\"case\":\"%s\",\"cpu_ms\":[", is_running ? "running sums" : "full pass");
    for (int repetition = 0; repetition < repetitions; repetition++) {
      evict_caches();
      double started = cpu_milliseconds();
      for (int index = 0; index < series; index++) {
        double *own = values + (size_t)index * samples;
        if (is_running) {
          double old = own[repetition % samples], new = old + 4096;
          own[repetition % samples] = new;
          running[index].time_value += -running[index].value + old + (samples - 1) * new;
          running[index].value += new - old;
          growing += slope(running[index], samples) > 0;
        } else {
          growing += slope(sums_of(own, samples), samples) > 0;
        }
      }
      printf("%s%.4f", repetition ? "," : "", cpu_milliseconds() - started);
    }
    printf("],\"growing\":%d}\n", growing);
  }
  return 0;
}
