/*
 * Compares every byte both ways: each tunnel has its own pattern, pieces have random sizes, and readers stop now and
 * then so that both queues of the relay fill and drain. A bench of a relay that mixes up bytes would be worth nothing.
 */
#include "load.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { DOWN_MOST = 100000, UP_MOST = MESSAGE_MOST, UP_UNDER_WAY = 1 << 20, TOGETHER = 16, ROOM = 65536, PAUSE_EVERY = 200 };
static const uint64_t BYTES_EACH_WAY = 24000000;
static const double DEADLINE_SECONDS = 120;

/* One end of one tunnel. */
struct end {
  uint64_t sent, received;
  uint64_t paused_until;
};
static struct end *ends_down, *ends_up; /* viewers receive down, targets receive up */
static unsigned done;

/* The byte at a position of a tunnel's stream, eight at a time (splitmix64). */
static uint64_t word(uint64_t tunnel, uint64_t at) {
  uint64_t z = (tunnel + 1) * 0x9e3779b97f4a7c15u + at * 0xd1b54a32d192ed03u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

static uint8_t pattern(uint64_t tunnel, uint64_t at) { return (uint8_t)(word(tunnel, at >> 3) >> (at & 7) * 8); }

static void fill(uint8_t *bytes, size_t length, uint64_t tunnel, uint64_t at) {
  for (size_t i = 0; i < length; i++) bytes[i] = pattern(tunnel, at + i);
}

static void compare(struct end *end, const uint8_t *bytes, size_t length, uint64_t tunnel) {
  for (size_t i = 0; i < length; i++)
    if (bytes[i] != pattern(tunnel, end->received + i))
      fail("stream %llu differs at byte %llu", (unsigned long long)tunnel, (unsigned long long)(end->received + i));
  end->received += length;
  if (BYTES_EACH_WAY < end->received) fail("stream %llu is too long", (unsigned long long)tunnel);
  if (end->received == BYTES_EACH_WAY) done++;
  if (rand() % PAUSE_EVERY == 0) end->paused_until = now_ns() + 3000000;
}

static size_t random_length(size_t most, uint64_t left) {
  size_t length = 1 + (size_t)rand() % most;
  return left < length ? (size_t)left : length;
}

static void send_down(struct target *target) {
  static uint8_t piece[DOWN_MOST];
  struct end *end = target->own;
  size_t length = random_length(DOWN_MOST, BYTES_EACH_WAY - end->sent);
  fill(piece, length, target->index, end->sent);
  ssize_t sent = send(target->source.fd, piece, length, MSG_NOSIGNAL);
  if (0 < sent) end->sent += (uint64_t)sent;
  if (end->sent == BYTES_EACH_WAY) loop_watch(&target->source, EPOLLIN);
}

/* A target learns from its first four bytes whose tunnel it is, since relays dial in any order. */
static void meet(struct target *target) {
  uint32_t index;
  if (recv(target->source.fd, &index, sizeof index, 0) != sizeof index || options.tunnels <= index)
    fail("target %u: no tunnel number", target->index);
  target->index = index;
  target->own = &ends_up[index];
  loop_watch(&target->source, EPOLLIN | EPOLLOUT);
}

static void on_target_ready(struct target *target, uint32_t events) {
  static uint8_t room[ROOM];
  struct end *end = target->own;
  if (!end) {
    meet(target);
    return;
  }
  if (events & EPOLLOUT) send_down(target);
  if (!(events & EPOLLIN) || now_ns() < end->paused_until) return;
  ssize_t length = recv(target->source.fd, room, 1 + (size_t)rand() % ROOM, 0);
  if (length == 0 || (length < 0 && errno != EAGAIN)) fail("target %u: the relay hung up", target->index);
  if (0 < length) compare(end, room, (size_t)length, options.tunnels + target->index);
}

static void on_viewer_bytes(struct viewer *viewer, const uint8_t *bytes, size_t length) {
  compare(&ends_down[viewer->index], bytes, length, viewer->index);
}

static void on_viewer_ready(struct viewer *viewer, uint32_t events) {
  (void)events;
  if (ends_down[viewer->index].paused_until <= now_ns()) viewer_receive(viewer);
}

/* What is under way is bounded below what the generator's own socket holds, so that a message is always taken whole. */
static void send_up(struct viewer *viewer) {
  uint8_t piece[UP_MOST];
  struct end *end = &ends_down[viewer->index];
  if (end->sent == BYTES_EACH_WAY || ends_up[viewer->index].received + UP_UNDER_WAY < end->sent) return;
  size_t length = random_length(UP_MOST, BYTES_EACH_WAY - end->sent);
  fill(piece, length, options.tunnels + viewer->index, end->sent);
  if (!viewer_send(viewer, piece, length)) fail("tunnel %u: the socket is full", viewer->index);
  end->sent += length;
}

static int run(void) {
  ends_down = calloc(options.tunnels, sizeof *ends_down);
  ends_up = calloc(options.tunnels, sizeof *ends_up);
  if (!ends_down || !ends_up) fail("out of memory");
  viewer_open_until(options.tunnels, TOGETHER);
  for (unsigned i = 0; i < viewer_count; i++) {
    viewers[i].is_raw = true;
    if (!viewer_send(&viewers[i], (uint8_t *)&viewers[i].index, sizeof viewers[i].index)) fail("tunnel %u takes nothing", i);
  }
  struct usage begin = usage_now();
  while (done < 2 * options.tunnels) {
    for (unsigned i = 0; i < viewer_count; i++) send_up(&viewers[i]);
    loop_turn(0);
    if (begin.at_ns + (uint64_t)(DEADLINE_SECONDS * 1e9) < now_ns()) fail("only %u streams of %u are whole", done, 2 * options.tunnels);
  }
  print_usage(begin, usage_now());
  printf(",\"verifiedBytes\":%llu}\n", (unsigned long long)(2 * BYTES_EACH_WAY * options.tunnels));
  return 0;
}

const struct mode mode_verify = {"verify", run, on_target_ready, on_viewer_bytes, on_viewer_ready};
