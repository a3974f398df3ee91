/*
 * The load generator: viewers and targets of many tunnels in one process, with one clock and one epoll loop.
 *
 * It knows nothing of the relay between them but a port, how the viewer's bytes are wrapped (enum wire), and a process
 * id whose CPU time and memory it reads. One thread: handlers run to their end and never block.
 */
#ifndef LOAD_H
#define LOAD_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What lies around the tunnel's bytes on the viewer's side. */
enum wire { WIRE_TCP, WIRE_TLS, WIRE_WEBSOCKET };

struct options {
  const char *mode;
  enum wire wire;
  int relay_port;
  int target_port;
  pid_t relay_pid; /* 0: nobody's CPU is read */
  unsigned tunnels;
  double warm_seconds;
  double window_seconds;
  const char *tickets; /* file with one ticket per line, or NULL where the relay asks for none */
};
extern struct options options;

/* Whatever epoll watches. */
struct source {
  int fd;
  void (*on_ready)(struct source *source, uint32_t events);
};

/* Turns a stream of equal messages, each beginning with the time it was sent, into latencies. */
struct meter {
  uint32_t have;
  uint8_t stamp[8];
};

struct target {
  struct source source;
  uint32_t index;
  struct meter meter;
  void *own; /* the mode's */
};

/* A WebSocket frame being received: header bytes collected so far, then payload left. */
struct frame_reader {
  uint8_t header[10];
  uint8_t have, need;
  uint8_t control[125];
  uint8_t control_have;
  uint64_t left;
};

enum viewer_state { VIEWER_CONNECTING, VIEWER_HANDSHAKING, VIEWER_UPGRADING, VIEWER_WAITING, VIEWER_OPEN };

struct viewer {
  struct source source;
  enum viewer_state state;
  uint32_t index;
  uint32_t watched;
  SSL *ssl;
  struct frame_reader frame;
  struct meter meter;
  uint32_t head_have;
  uint32_t greeting_have;
  char *head; /* the answer to the upgrade, while it is collected */
  bool is_raw; /* the mode reads the socket itself */
  void *own;   /* the mode's */
};

/* What a mode does when something happens; the rest is common to all. */
struct mode {
  const char *name;
  int (*run)(void);
  void (*on_target_ready)(struct target *target, uint32_t events);
  void (*on_viewer_bytes)(struct viewer *viewer, const uint8_t *bytes, size_t length);
  void (*on_viewer_ready)(struct viewer *viewer, uint32_t events); /* for raw viewers and write readiness */
};
extern const struct mode *mode;
extern const struct mode mode_bulk, mode_interactive, mode_idle, mode_setup, mode_verify;

/* loop.c */
void loop_open(void);
void loop_add(struct source *source, uint32_t events);
void loop_watch(struct source *source, uint32_t events);
void loop_turn(int64_t timeout_ns);
void loop_until(uint64_t deadline_ns);

/* target.c: every accepted connection is greeted with GREETING, so that a viewer knows when its tunnel is through. */
#define GREETING "RFB 003.008\n"
#define GREETING_BYTES 12
extern struct target **targets;
extern unsigned target_count;
void target_listen(int port, unsigned most);

/* viewer.c */
extern struct viewer *viewers;
extern unsigned viewer_count, viewers_open;
void viewer_prepare(unsigned most);
/* Opens tunnels up to `total`, with at most `together` in the making, and returns when all are through. */
void viewer_open_until(unsigned total, unsigned together);
#define MESSAGE_MOST 20000
/* Takes the bytes of one tunnel message; false where the socket was full. */
bool viewer_send(struct viewer *viewer, const uint8_t *payload, size_t length);
/* Reads what there is and gives payload to the mode. */
void viewer_receive(struct viewer *viewer);
/* The tunnel's own bytes, out of their framing: the greeting first, then the mode's. */
void viewer_payload(struct viewer *viewer, const uint8_t *bytes, size_t length);

/* frame.c */
#define FRAME_HEADER_MOST 14
size_t frame_encode(uint8_t *out, uint8_t opcode, const uint8_t *payload, size_t length);
void frame_feed(struct viewer *viewer, const uint8_t *bytes, size_t length);

/* measure.c */
struct usage {
  uint64_t at_ns;
  double relay_seconds;
  double own_seconds;
  double host_seconds;   /* all cores, everybody */
  double stolen_seconds; /* what the hypervisor gave to others */
};
uint64_t now_ns(void);
struct usage usage_now(void);
long relay_pss_kb(void);
uint32_t percentile_ns(uint32_t *samples, size_t count, double share);
/* Prints the members that every result has, without the closing brace. */
void print_usage(struct usage begin, struct usage end);

/* main.c */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
