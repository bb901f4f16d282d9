// Loaded into every service before its own code (`node --import`): listens on a socket named after the pid, and makes what is sent there the
// process's FAULT_POINTS. A fault is so armed in a running service, and is gone when the service was killed and started again.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

const folder = process.env.FAULT_SWITCH_DIR;

// Workers (the logger's) inherit Node's arguments and have nothing to arm.
if (isMainThread && folder !== undefined) {
  const server = createServer((request, response) => {
    let setting = '';
    request.setEncoding('utf8');
    request.on('data', (part) => (setting += part));
    request.on('end', () => {
      process.env.FAULT_POINTS = setting;
      response.writeHead(204).end();
    });
  });
  server.listen(join(folder, `${process.pid}.sock`));
  // The service ends when its own work does.
  server.unref();
}
