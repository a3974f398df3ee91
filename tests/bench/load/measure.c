/* Clock, the operating system's accounting of the relay's process tree, and percentiles. */
#define _GNU_SOURCE
#include "load.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Reads a small file of /proc whole; false where the process is gone. */
static bool read_proc(pid_t pid, const char *name, char *text, size_t room) {
  char path[80];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
  FILE *file = fopen(path, "r");
  if (!file) return false;
  size_t length = fread(text, 1, room - 1, file);
  fclose(file);
  text[length] = 0;
  return true;
}

/* utime + stime + those of ended children (fields 14 to 17 of proc_pid_stat(5)), in seconds. */
static double cpu_of(pid_t pid) {
  char text[1024];
  if (!read_proc(pid, "stat", text, sizeof text)) return 0;
  const char *after_name = strrchr(text, ')'); /* the name may hold spaces and brackets */
  unsigned long utime, stime;
  long cutime, cstime;
  if (!after_name || sscanf(after_name + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld", &utime, &stime,
                            &cutime, &cstime) != 4)
    fail("cannot read the CPU time of process %d", (int)pid);
  return (double)(utime + stime + (unsigned long)cutime + (unsigned long)cstime) / (double)sysconf(_SC_CLK_TCK);
}

static long pss_of(pid_t pid) {
  char text[4096];
  long kb = 0;
  if (!read_proc(pid, "smaps_rollup", text, sizeof text)) return 0;
  const char *line = strstr(text, "\nPss:");
  if (!line || sscanf(line, "\nPss: %ld", &kb) != 1) fail("cannot read the memory of process %d", (int)pid);
  return kb;
}

/* Adds up a figure over a process and all below it: websockify has a process per connection. */
static double over_tree(pid_t pid, double (*figure)(pid_t)) {
  double sum = figure(pid);
  char name[48], text[65536];
  snprintf(name, sizeof name, "task/%d/children", (int)pid);
  if (!read_proc(pid, name, text, sizeof text)) return sum;
  for (char *at = text, *end; *at; at = end) {
    long child = strtol(at, &end, 10);
    if (end == at) break;
    sum += over_tree((pid_t)child, figure);
  }
  return sum;
}

static double pss_figure(pid_t pid) { return (double)pss_of(pid); }

long relay_pss_kb(void) { return options.relay_pid ? (long)over_tree(options.relay_pid, pss_figure) : 0; }

/* Adds the host's busy and stolen time (first line of proc_stat(5)), so that a disturbed window can be told. */
static void add_host(struct usage *usage) {
  double tick = 1.0 / (double)sysconf(_SC_CLK_TCK);
  unsigned long user, nice, system, irq, softirq, steal;
  FILE *file = fopen("/proc/stat", "r");
  if (!file || fscanf(file, "cpu %lu %lu %lu %*u %*u %lu %lu %lu", &user, &nice, &system, &irq, &softirq, &steal) != 6)
    fail("cannot read /proc/stat");
  fclose(file);
  usage->host_seconds = (double)(user + nice + system + irq + softirq) * tick;
  usage->stolen_seconds = (double)steal * tick;
}

struct usage usage_now(void) {
  struct rusage own;
  getrusage(RUSAGE_SELF, &own);
  double own_seconds = (double)(own.ru_utime.tv_sec + own.ru_stime.tv_sec) +
                       (double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec) / 1e6;
  double relay_seconds = options.relay_pid ? over_tree(options.relay_pid, cpu_of) : 0;
  struct usage usage = {.at_ns = now_ns(), .relay_seconds = relay_seconds, .own_seconds = own_seconds};
  add_host(&usage);
  return usage;
}

static int by_value(const void *left, const void *right) {
  uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
  return (b < a) - (a < b);
}

/* Sorts `samples`. */
uint32_t percentile_ns(uint32_t *samples, size_t count, double share) {
  if (count == 0) return 0;
  qsort(samples, count, sizeof *samples, by_value);
  size_t at = (size_t)(share * (double)count);
  return samples[at < count ? at : count - 1];
}

void print_usage(struct usage begin, struct usage end) {
  double relay = end.relay_seconds - begin.relay_seconds, own = end.own_seconds - begin.own_seconds;
  printf("{\"mode\":\"%s\",\"tunnels\":%u,\"windowSeconds\":%.4f", options.mode, viewers_open,
         (double)(end.at_ns - begin.at_ns) / 1e9);
  printf(",\"relayCpuSeconds\":%.3f,\"generatorCpuSeconds\":%.3f", relay, own);
  printf(",\"othersCpuSeconds\":%.3f,\"stolenSeconds\":%.3f", end.host_seconds - begin.host_seconds - relay - own,
         end.stolen_seconds - begin.stolen_seconds);
}
