// Sends what StatsdClientPeerIT looks for with hot-shots, which speaks DogStatsD.
// Usage: node hot-shots.js PORT udp|tcp
'use strict';
const StatsD = require('hot-shots');

const [port, protocol] = process.argv.slice(2);
const client = new StatsD({
  host: '127.0.0.1',
  port: Number(port),
  protocol,
  prefix: `hotshots.${protocol}.`,
  globalTags: { env: 'test' },
  maxBufferSize: 1000,
  errorHandler: (error) => {
    console.error(error);
    process.exit(1);
  },
});
for (let i = 0; i < 100; i++) {
  client.increment('hits', 1, { route: i % 2 === 0 ? '/even' : '/odd' });
  client.timing('time', i + 1);
  client.histogram('size', 10 * i);
  client.distribution('spread', i);
  client.unique('users', `user${i % 7}`);
}
client.gauge('queue', 42.5);
client.gauge('level', 10);
client.gaugeDelta('level', 5);
client.decrement('stock', 3);
client.event('title', 'text of two\nlines', { alert_type: 'info' });
client.check('database', client.CHECKS.WARNING, { message: 'slow' });
client.close((error) => process.exit(error ? 1 : 0));
