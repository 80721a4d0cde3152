/** A server of one's own for as long as the tests run: a data directory in a temporary folder, on a free port of the loopback interface. */
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { withClient, type BareClient, type Connect } from './bare-client';
import { GuardedFolder, type Command } from './guarded-folder';
import { TestServerError } from './test-server-error';
import { unprivilegedUser } from './unprivileged-user';

export interface ThrowawayServer {
  /** Of an administrator, who may make databases. */
  readonly url: string;
  /** Ends the server and removes its folder. It happens by itself when this process ends. */
  stop(): Promise<void>;
}

export interface ServerPlace {
  /** For the socket and what else is not data. */
  readonly folder: string;
  /** Does not exist yet. */
  readonly dataFolder: string;
  readonly port: number;
}

/** How one engine is started. */
export interface ServerRecipe {
  /** As people call it. */
  readonly engine: string;
  /** Whom it may run as when this process is root, the best first. */
  readonly users: readonly string[];
  /** Makes the data directory, then serves, in the foreground. */
  commands(place: ServerPlace): readonly Command[];
  /** Ends the server at once; its data need not survive. */
  readonly stopSignal: 'QUIT' | 'KILL';
  readonly connect: Connect;
  /** With the name of the database, which may be made by `prepare` only. */
  url(port: number): string;
  /** Of a database that is there from the start. */
  adminUrl(port: number): string;
  /** Of the server that answers. */
  dataFolderOf(client: BareClient): Promise<string>;
  /** What is left to be done when the server answers. */
  prepare?(client: BareClient): Promise<unknown>;
}

/** For a machine that is busy with other things; a second or two is usual. */
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 15;
const MOST_ATTEMPTS = 5;

/** A port is free when it is looked for and may be taken by another process before the server has it. */
const PORT_TAKEN = /address already in use|could not bind|bind on tcp\/ip port/i;

/** @throws TestServerError when the server does not start; its log is in the message */
export async function startThrowawayServer(recipe: ServerRecipe): Promise<ThrowawayServer> {
  const user = unprivilegedUser(recipe.users);
  for (let attempt = 1; ; attempt++) {
    const folder = new GuardedFolder({ prefix: `espalier-${recipe.engine.toLowerCase()}-`, user });
    try {
      return await start(recipe, folder);
    } catch (error) {
      const portTaken = folder.exitStatus !== undefined && PORT_TAKEN.test(folder.log);
      await folder.remove();
      if (!portTaken || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

async function start(recipe: ServerRecipe, folder: GuardedFolder): Promise<ThrowawayServer> {
  const place: ServerPlace = { folder: folder.path, dataFolder: join(folder.path, 'data'), port: await freePort() };
  const ended = folder.run({ commands: recipe.commands(place), stopSignal: recipe.stopSignal }).then(() => false);
  const giveUpAt = performance.now() + START_TIMEOUT_MS;
  let failure: unknown;
  while (folder.exitStatus === undefined) {
    const attempt = answers(recipe, place).catch((error: unknown) => {
      if (error instanceof TestServerError) throw error;
      failure = error;
      return false;
    });
    // Whoever took the port first may accept the connection and never say a word.
    if (await Promise.race([attempt, ended])) return { url: recipe.url(place.port), stop: () => folder.remove() };
    if (performance.now() > giveUpAt) {
      const reason = `${recipe.engine} did not answer within ${START_TIMEOUT_MS / 1000} s. The end of its log:`;
      throw new TestServerError(`${reason}\n${folder.log}`, { cause: failure });
    }
    await Promise.race([ended, pause(POLL_MS)]);
  }
  throw new TestServerError(
    `${recipe.engine} ended with ${folder.exitStatus} while starting. The end of its log:\n${folder.log}`,
  );
}

/** Whether it is this server that listens on the port, and not one that took the port first. */
function answers(recipe: ServerRecipe, { dataFolder, port }: ServerPlace): Promise<boolean> {
  return withClient(recipe.connect, recipe.adminUrl(port), async (client) => {
    // Through resolve, for MariaDB ends the name with a slash.
    if (resolve(await recipe.dataFolderOf(client)) !== dataFolder) return false;
    await recipe.prepare?.(client);
    return true;
  });
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => found(port));
    });
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((over) => {
    setTimeout(over, ms);
  });
}
