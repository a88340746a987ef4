// A broadcast server as most would write it, on Debian's node-ws: a Set of sockets for each channel, send() to each.
//
//   NODE_PATH=/usr/share/nodejs node node_hub.js
//
// Subscribers name their channel in the path; what a publisher (/pub, or /pub-ack for an answer to each message) sends
// goes to channel `b`, or to channel NNNN when it begins with `#NNNN`. The first line on stdout is the port.
'use strict';
const { createServer } = require('http');
const { WebSocketServer, WebSocket } = require('ws');

const server = createServer();
const channels = new Map();

function publish(message) {
  const name = message[0] === 35 ? message.toString('latin1', 1, 5) : 'b';
  for (const socket of channels.get(name) ?? []) {
    if (socket.readyState === WebSocket.OPEN) socket.send(message, { binary: false });
  }
}

function subscribe(socket, name) {
  const sockets = channels.get(name) ?? new Set();
  channels.set(name, sockets.add(socket));
  socket.on('close', () => sockets.delete(socket));
}

new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket, request) => {
  const name = request.url.slice(1);
  socket.on('error', () => {});
  if (!name.startsWith('pub')) subscribe(socket, name);
  else socket.on('message', (message) => {
    publish(message);
    if (name === 'pub-ack') socket.send('ok');
  });
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => console.log(server.address().port));
