/*
 * The viewers' side: connect, TLS 1.3 without resumption, the upgrade with a ticket, then the mode's bytes.
 *
 * A viewer counts as open when the target's greeting has come through, so that all relays are asked for the same thing.
 */
#define _GNU_SOURCE
#include "load.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { HEAD_ROOM = 2048, TICKET_ROOM = 64, READ_ROOM = 65536, OPENING_SECONDS = 60 };

struct viewer *viewers;
unsigned viewer_count, viewers_open;
static SSL_CTX *tls;
static FILE *tickets;

void viewer_prepare(unsigned most) {
  viewers = calloc(most, sizeof *viewers);
  if (!viewers) fail("out of memory");
  tls = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION);
  SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(tls, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(tls, 1); /* one system call per read, where OpenSSL makes two by itself */
  if (!SSL_CTX_set_ciphersuites(tls, "TLS_AES_128_GCM_SHA256") || !SSL_CTX_set1_groups_list(tls, "X25519"))
    fail("OpenSSL lacks AES-128-GCM or X25519");
  if (options.tickets && !(tickets = fopen(options.tickets, "r"))) fail("cannot read %s", options.tickets);
}

static void broken(const struct viewer *viewer, const char *what) {
  fail("tunnel %u: %s (state %d, %s)", viewer->index, what, viewer->state, ERR_reason_error_string(ERR_peek_error()));
}

static void watch(struct viewer *viewer, uint32_t events) {
  if (viewer->watched == events) return;
  viewer->watched = events;
  loop_watch(&viewer->source, events);
}

static ssize_t wire_write(struct viewer *viewer, const uint8_t *bytes, size_t length) {
  if (options.wire == WIRE_TCP) return send(viewer->source.fd, bytes, length, MSG_NOSIGNAL);
  int written = SSL_write(viewer->ssl, bytes, (int)length);
  return 0 < written || SSL_get_error(viewer->ssl, written) == SSL_ERROR_WANT_WRITE ? written : -2;
}

/* 0: nothing there now. */
static size_t wire_read(struct viewer *viewer, uint8_t *bytes, size_t room) {
  if (options.wire == WIRE_TCP) {
    ssize_t length = recv(viewer->source.fd, bytes, room, 0);
    if (length == 0 || (length < 0 && errno != EAGAIN)) broken(viewer, "connection lost");
    return length < 0 ? 0 : (size_t)length;
  }
  int length = SSL_read(viewer->ssl, bytes, (int)room);
  if (length <= 0 && SSL_get_error(viewer->ssl, length) != SSL_ERROR_WANT_READ) broken(viewer, "connection lost");
  return length <= 0 ? 0 : (size_t)length;
}

bool viewer_send(struct viewer *viewer, const uint8_t *payload, size_t length) {
  uint8_t frame[FRAME_HEADER_MOST + MESSAGE_MOST];
  if (options.wire == WIRE_WEBSOCKET) {
    if (MESSAGE_MOST < length) fail("message is too long");
    length = frame_encode(frame, 2, payload, length);
    payload = frame;
  }
  ssize_t written = wire_write(viewer, payload, length);
  if (written == -2) broken(viewer, "cannot write");
  return written == (ssize_t)length;
}

static void begin_upgrade(struct viewer *viewer) {
  char request[1024], ticket[TICKET_ROOM] = "";
  if (tickets && !fgets(ticket, sizeof ticket, tickets)) fail("not enough tickets");
  ticket[strcspn(ticket, "\n")] = 0;
  int length = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        "Origin: https://127.0.0.1:%d\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: binary%s%s\r\n\r\n",
                        tickets ? "/tunnel" : "/", options.relay_port, options.relay_port,
                        tickets ? ", deskgate.ticket." : "", ticket);
  viewer->head = malloc(HEAD_ROOM);
  if (!viewer->head || SSL_write(viewer->ssl, request, length) != length) broken(viewer, "cannot ask for the upgrade");
  viewer->state = VIEWER_UPGRADING;
}

/* Collects the answer's head; what follows it is the tunnel's already. */
static void take_head(struct viewer *viewer, const uint8_t *bytes, size_t length) {
  if (HEAD_ROOM <= viewer->head_have + length) broken(viewer, "answer is too long");
  memcpy(viewer->head + viewer->head_have, bytes, length);
  viewer->head_have += (uint32_t)length;
  viewer->head[viewer->head_have] = 0;
  char *end = strstr(viewer->head, "\r\n\r\n");
  if (!end) return;
  if (strncmp(viewer->head, "HTTP/1.1 101", 12) != 0) fail("upgrade refused: %s", viewer->head);
  viewer->state = VIEWER_WAITING;
  size_t head = (size_t)(end + 4 - viewer->head);
  frame_feed(viewer, (uint8_t *)viewer->head + head, viewer->head_have - head);
  free(viewer->head);
  viewer->head = NULL;
}

static void take(struct viewer *viewer, const uint8_t *bytes, size_t length) {
  if (viewer->state == VIEWER_UPGRADING) take_head(viewer, bytes, length);
  else if (options.wire == WIRE_WEBSOCKET) frame_feed(viewer, bytes, length);
  else viewer_payload(viewer, bytes, length);
}

void viewer_payload(struct viewer *viewer, const uint8_t *bytes, size_t length) {
  if (viewer->state != VIEWER_OPEN) {
    size_t missing = GREETING_BYTES - viewer->greeting_have;
    size_t piece = missing < length ? missing : length;
    if (memcmp(bytes, GREETING + viewer->greeting_have, piece) != 0) broken(viewer, "greeting is not the target's");
    viewer->greeting_have += (uint32_t)piece;
    if (viewer->greeting_have < GREETING_BYTES) return;
    viewer->state = VIEWER_OPEN;
    viewers_open++;
    bytes += piece;
    length -= piece;
  }
  if (0 < length) mode->on_viewer_bytes(viewer, bytes, length);
}

void viewer_receive(struct viewer *viewer) {
  static uint8_t room[READ_ROOM];
  do {
    size_t length = wire_read(viewer, room, sizeof room);
    if (length == 0) return;
    take(viewer, room, length);
  } while (viewer->ssl && SSL_has_pending(viewer->ssl)); /* what is left in the socket, epoll tells again */
}

static void shake_hands(struct viewer *viewer) {
  int result = SSL_do_handshake(viewer->ssl);
  if (result == 1) {
    watch(viewer, EPOLLIN);
    if (options.wire == WIRE_WEBSOCKET) begin_upgrade(viewer);
    else viewer->state = VIEWER_WAITING;
    return;
  }
  int error = SSL_get_error(viewer->ssl, result);
  if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) broken(viewer, "handshake failed");
  watch(viewer, error == SSL_ERROR_WANT_READ ? EPOLLIN : EPOLLOUT);
}

static void on_connected(struct viewer *viewer) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(viewer->source.fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error) fail("cannot connect to the relay: %s", strerror(error));
  if (options.wire == WIRE_TCP) {
    viewer->state = VIEWER_WAITING;
    watch(viewer, EPOLLIN);
    return;
  }
  viewer->ssl = SSL_new(tls);
  if (!viewer->ssl || !SSL_set_fd(viewer->ssl, viewer->source.fd)) fail("out of memory");
  SSL_set_connect_state(viewer->ssl);
  viewer->state = VIEWER_HANDSHAKING;
  shake_hands(viewer);
}

static void on_viewer(struct source *source, uint32_t events) {
  struct viewer *viewer = (struct viewer *)source;
  if (viewer->state == VIEWER_CONNECTING) on_connected(viewer);
  else if (viewer->state == VIEWER_HANDSHAKING) shake_hands(viewer);
  else if (viewer->is_raw) mode->on_viewer_ready(viewer, events);
  else viewer_receive(viewer);
}

static void open_one(void) {
  struct viewer *viewer = &viewers[viewer_count];
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options.relay_port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int on = 1;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) fail("socket: %s", strerror(errno));
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS)
    fail("cannot connect to the relay: %s", strerror(errno));
  viewer->index = viewer_count++;
  viewer->source = (struct source){.fd = fd, .on_ready = on_viewer};
  viewer->watched = EPOLLOUT;
  loop_add(&viewer->source, EPOLLOUT);
}

void viewer_open_until(unsigned total, unsigned together) {
  uint64_t deadline = now_ns() + OPENING_SECONDS * 1000000000ull;
  while (viewers_open < total) {
    while (viewer_count < total && viewer_count - viewers_open < together) open_one();
    loop_turn(100000000);
    if (deadline < now_ns()) fail("only %u of %u tunnels are through", viewers_open, total);
  }
}
