// Stands before the simulator's panels as a panel's web server does, and answers with the list of movies from a file, made before it is asked for:
// how fast a provider computes its list is not what is measured. All else goes through to the simulator. Run as a child with the simulator's URL and
// a folder; it sends its own URL to its parent, and answers each name of a catalogue when its list is kept, or with what went wrong.
import { createReadStream, createWriteStream } from 'node:fs';
import { Agent, createServer, request as ask } from 'node:http';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { once } from 'node:events';

const [simulator, directory] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });
const LIST = 'get_vod_streams';
const ACCOUNT = 'username=u&password=p';
/** The headers of each kept list, by its catalogue's name. */
const kept = new Map();
const fileOf = (name) => join(directory, `${name}.json`);

const server = createServer((request, response) => {
  answer(request, response).catch((error) => response.destroy(error));
});

async function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, simulator);
  const name = pathname.split('/')[1];
  const headers = searchParams.get('action') === LIST ? kept.get(name) : undefined;
  if (headers !== undefined) {
    response.writeHead(200, headers);
    await pipeline(createReadStream(fileOf(name), { highWaterMark: 262_144 }), response);
    return;
  }
  const passed = ask(new URL(request.url, simulator), {
    agent,
    method: request.method,
    headers: request.headers,
  });
  request.pipe(passed);
  const [found] = await once(passed, 'response');
  response.writeHead(found.statusCode, found.headers);
  await pipeline(found, response);
}

/** Has the simulator compute the list of a catalogue as it is now. */
async function keep(name) {
  const url = new URL(`${simulator}/${name}/player_api.php?${ACCOUNT}&action=${LIST}`);
  const asked = ask(url, { agent, headers: { host: `127.0.0.1:${server.address().port}` } }).end();
  const [found] = await once(asked, 'response');
  if (found.statusCode !== 200) throw new Error(`the simulator answered ${found.statusCode}`);
  // Until it is there whole, the list before is served.
  await pipeline(found, createWriteStream(`${fileOf(name)}.part`, { flush: true }));
  await rename(`${fileOf(name)}.part`, fileOf(name));
  const { 'transfer-encoding': _, connection: __, 'keep-alive': ___, ...headers } = found.headers;
  kept.set(name, headers);
}

process.on('message', (name) => {
  void keep(name).then(
    () => process.send({}),
    (error) => process.send({ failure: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${server.address().port}` }));
