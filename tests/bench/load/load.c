/*
 * load MODE --wire tcp|tls|websocket --relay-port P --target-port P [--relay-pid N] [--tickets FILE]
 *      --tunnels N --warm SECONDS --window SECONDS --limit SECONDS
 *
 * Runs one measurement, prints one JSON object, and ends; a failure is one line on stderr and status 1.
 */
#include "load.h"
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

struct options options;
const struct mode *mode;
static const struct mode *const modes[] = {&mode_bulk, &mode_interactive, &mode_idle, &mode_setup, &mode_verify};
static const char *const wires[] = {"tcp", "tls", "websocket"};

_Noreturn void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("load: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(1);
}

static enum wire wire_named(const char *name) {
  for (int wire = WIRE_TCP; wire <= WIRE_WEBSOCKET; wire++)
    if (strcmp(name, wires[wire]) == 0) return (enum wire)wire;
  fail("no such wire: %s", name);
}

static void take_option(int letter, const char *value) {
  switch (letter) {
    case 'w': options.wire = wire_named(value); break;
    case 'r': options.relay_port = atoi(value); break;
    case 't': options.target_port = atoi(value); break;
    case 'p': options.relay_pid = atoi(value); break;
    case 'k': options.tickets = value; break;
    case 'n': options.tunnels = (unsigned)atoi(value); break;
    case 'a': options.warm_seconds = atof(value); break;
    case 's': options.window_seconds = atof(value); break;
    case 'l': alarm((unsigned)atoi(value)); break; /* the signal ends the process, whatever hangs */
    default: fail("unknown option");
  }
}

static void read_options(int count, char **words) {
  static const struct option names[] = {
      {"wire", required_argument, NULL, 'w'},        {"relay-port", required_argument, NULL, 'r'},
      {"target-port", required_argument, NULL, 't'}, {"relay-pid", required_argument, NULL, 'p'},
      {"tickets", required_argument, NULL, 'k'},     {"tunnels", required_argument, NULL, 'n'},
      {"warm", required_argument, NULL, 'a'},        {"window", required_argument, NULL, 's'},
      {"limit", required_argument, NULL, 'l'},       {NULL, 0, NULL, 0},
  };
  for (int letter; (letter = getopt_long(count, words, "", names, NULL)) != -1;) take_option(letter, optarg);
  options.mode = optind < count ? words[optind] : "";
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
    if (strcmp(options.mode, modes[i]->name) == 0) mode = modes[i];
  if (!mode || !options.relay_port || !options.target_port || !options.tunnels) fail("usage is in load.c");
}

static void raise_file_limit(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int count, char **words) {
  read_options(count, words);
  raise_file_limit();
  signal(SIGPIPE, SIG_IGN);
  loop_open();
  target_listen(options.target_port, options.tunnels);
  viewer_prepare(options.tunnels);
  return mode->run();
}
