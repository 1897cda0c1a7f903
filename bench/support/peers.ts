import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Server, startServer } from './processes.ts';

const run = promisify(execFile);

/** A product measured beside Nexus with the same work. */
export interface Peer extends Server {
  name: string;
  hello: string;
  ten: string;
}

const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'nexus-bench');

async function install(name: string, version: string): Promise<string> {
  const folder = join(cache, `${name}-${version}`);
  const entry = join(folder, 'node_modules', '.bin', name);
  if (await stat(entry).catch(() => undefined)) return entry;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"private":true}');
  console.log(`Installing ${name} ${version} into the cache, once.`);
  await run('npm', ['install', '--no-audit', '--no-fund', `${name}@${version}`], {
    cwd: folder,
    maxBuffer: 1 << 26,
  });
  return entry;
}

/** Node-RED 5 with both works as flows; it keeps nothing on disk. */
export async function startNodeRed(port: number): Promise<Peer> {
  const entry = await install('node-red', '5.0.7');
  const home = await mkdtemp(join(tmpdir(), 'nexus-bench-nodered-'));
  await writeFile(join(home, 'flows.json'), JSON.stringify(nodeRedFlows()));
  await writeFile(
    join(home, 'settings.js'),
    `module.exports = { flowFile: 'flows.json', uiHost: '127.0.0.1', uiPort: ${port}, logging: { console: { level: 'info' } } };`,
  );
  const server = await startServer(
    entry,
    ['--userDir', home, '--settings', join(home, 'settings.js')],
    { ready: /Started flows/ },
  );
  const base = `http://127.0.0.1:${port}`;
  return {
    ...server,
    name: 'Node-RED 5.0.7 (keeps nothing)',
    hello: `${base}/hello`,
    ten: `${base}/ten`,
  };
}

/** Both works as flows of Node-RED. */
export function nodeRedFlows(): object[] {
  const change = (id: string, to: string, rules: object[]) => ({
    id,
    type: 'change',
    z: 'tab',
    name: '',
    rules,
    wires: [[to]],
  });
  const respond = (id: string) => ({
    id,
    type: 'http response',
    z: 'tab',
    statusCode: '',
    headers: {},
    wires: [],
  });
  const hook = (id: string, url: string, to: string) => ({
    id,
    type: 'http in',
    z: 'tab',
    url,
    method: 'post',
    wires: [[to]],
  });
  const ten = Array.from({ length: 10 }, (_, i) =>
    change(`t${i}`, i === 9 ? 'tr' : `t${i + 1}`, [
      {
        t: 'set',
        p: 'payload',
        pt: 'msg',
        to: i === 0 ? '{"n":1}' : '{"n": payload.n + 1}',
        tot: i === 0 ? 'json' : 'jsonata',
      },
    ]),
  );
  return [
    { id: 'tab', type: 'tab', label: 'bench' },
    hook('h', '/hello', 'hc'),
    change('hc', 'hr', [
      {
        t: 'set',
        p: 'payload',
        pt: 'msg',
        to: '{"greeting": "hello " & payload.name}',
        tot: 'jsonata',
      },
    ]),
    respond('hr'),
    hook('t', '/ten', 't0'),
    ...ten,
    respond('tr'),
  ];
}

/** n8n with executions saved, as it ships. */
export async function startN8n(port: number): Promise<Peer> {
  const version = '2.41.1';
  const entry = await install('n8n', version);
  const home = await mkdtemp(join(tmpdir(), 'nexus-bench-n8n-'));
  const env = {
    N8N_USER_FOLDER: home,
    N8N_PORT: String(port),
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_DIAGNOSTICS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    N8N_TEMPLATES_ENABLED: 'false',
    N8N_RUNNERS_ENABLED: 'false',
    N8N_SECURE_COOKIE: 'false',
  };
  const files = { hello: n8nHello(), ten: n8nTen() };
  for (const [name, workflow] of Object.entries(files)) {
    await writeFile(join(home, `${name}.json`), JSON.stringify(workflow));
    await run(entry, ['import:workflow', `--input=${join(home, `${name}.json`)}`], {
      env: { ...process.env, ...env },
    });
    await run(entry, ['publish:workflow', `--id=${workflow.id}`], {
      env: { ...process.env, ...env },
    });
  }
  const server = await startServer(entry, ['start'], {
    ready: /Editor is now accessible/,
    env,
    timeoutMs: 120_000,
  });
  const base = `http://127.0.0.1:${port}/webhook`;
  return {
    ...server,
    name: `n8n ${version} (executions saved)`,
    hello: `${base}/hello`,
    ten: `${base}/ten`,
  };
}

interface N8nNode {
  name: string;
  type: string;
  typeVersion: number;
  position: [number, number];
  parameters: object;
  id: string;
  webhookId?: string;
}

function n8nWorkflow(id: string, nodes: N8nNode[]) {
  const connections = Object.fromEntries(
    nodes
      .slice(0, -1)
      .map((node, i) => [
        node.name,
        { main: [[{ node: nodes[i + 1]!.name, type: 'main', index: 0 }]] },
      ]),
  );
  return { id, name: id, active: false, nodes, connections, settings: {} };
}

function webhookNode(path: string, responseMode: string): N8nNode {
  return {
    id: `${path}-hook`,
    name: 'Webhook',
    type: 'n8n-nodes-base.webhook',
    typeVersion: 2,
    position: [0, 0],
    webhookId: path,
    parameters: { httpMethod: 'POST', path, responseMode },
  };
}

function setNode(index: number, value: string): N8nNode {
  return {
    id: `set-${index}`,
    name: `Set ${index}`,
    type: 'n8n-nodes-base.set',
    typeVersion: 3.4,
    position: [200 * index, 0],
    parameters: {
      assignments: { assignments: [{ id: `a${index}`, name: 'n', value, type: 'string' }] },
      options: {},
    },
  };
}

function n8nHello() {
  return n8nWorkflow('benchhello000001', [
    webhookNode('hello', 'responseNode'),
    setNode(1, '={{ "hello " + $json.body.name }}'),
    {
      id: 'r',
      name: 'Respond',
      type: 'n8n-nodes-base.respondToWebhook',
      typeVersion: 1.1,
      position: [400, 0],
      parameters: { respondWith: 'firstIncomingItem', options: {} },
    },
  ]);
}

/** Ten steps as a workflow of n8n. */
export function n8nTen() {
  return n8nWorkflow('benchten00000001', [
    webhookNode('ten', 'lastNode'),
    ...Array.from({ length: 10 }, (_, i) => setNode(i + 1, i === 0 ? '1' : '={{ $json.n + 1 }}')),
  ]);
}
