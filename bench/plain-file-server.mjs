// The least that can serve the bytes of one file: what the gateway's serving is compared with. Prints its URL, ends with its parent.
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';

const [file] = process.argv.slice(2);
const { size } = statSync(file);
const etag = '"plain"';
const server = createServer((request, response) => {
  if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end();
  response.writeHead(200, {
    etag,
    'content-type': 'application/json; charset=utf-8',
    'content-encoding': 'gzip',
    'content-length': size,
  });
  createReadStream(file).pipe(response);
});
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}/` }));
process.on('disconnect', () => process.exit());
