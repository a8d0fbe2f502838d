// Sends what StatsdClientPeerIT looks for with statsd-client, which speaks Etsy's protocol.
// Usage: node statsd-client.js PORT
'use strict';
const StatsdClient = require('statsd-client');

const [port] = process.argv.slice(2);
const client = new StatsdClient({
  host: '127.0.0.1',
  port: Number(port),
  prefix: 'etsy',
});
for (let i = 0; i < 100; i++) {
  client.increment('hits');
  client.timing('time', i + 1);
  client.set('users', `user${i % 7}`);
}
client.gauge('queue', 42.5);
client.gauge('level', 10);
client.gaugeDelta('level', -4);
client.counter('bulk', 250);
// It has no call that tells when everything is sent: it closes its socket when that is idle.
setTimeout(() => client.close(), 500);
