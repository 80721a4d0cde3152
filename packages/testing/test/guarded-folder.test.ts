/** The temporary folder of a server: what runs in it ends with it, and with the process that made it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GuardedFolder, type Command } from '@espalier/testing/servers/guarded-folder';
import { unprivilegedUser } from '@espalier/testing/servers/unprivileged-user';

/** Says who it is, and stays. It does not listen to the signal that asks it to end. */
const STAYING: Command = [
  'sh',
  '-c',
  `trap '' TERM; echo $$ > "$0/pid.part"; mv "$0/pid.part" "$0/pid"; exec sleep 600`,
];

const folders: GuardedFolder[] = [];

function newFolder(user?: ReturnType<typeof unprivilegedUser>): GuardedFolder {
  const folder = new GuardedFolder({ prefix: 'espalier-guarded-', user });
  folders.push(folder);
  return folder;
}

afterEach(async () => {
  for (const folder of folders.splice(0)) await folder.remove();
});

/** Asks again and again; the time-out of the test bounds it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function pidIn(folder: string): Promise<number> {
  const file = join(folder, 'pid');
  await until(() => existsSync(file));
  return Number(readFileSync(file, 'utf8'));
}

describe('a guarded folder', () => {
  it('is removed with what is in it, and its program ends', async () => {
    const folder = newFolder();
    void folder.run({ commands: [[...STAYING, folder.path]], stopSignal: 'KILL' });
    const pid = await pidIn(folder.path);
    writeFileSync(join(folder.path, 'file'), 'text');
    await folder.remove();
    expect(existsSync(folder.path)).toBe(false);
    expect(isRunning(pid)).toBe(false);
  });

  it('ends a program that is still at an earlier command', async () => {
    const folder = newFolder();
    const early: Command = [
      'sh',
      '-c',
      `echo $$ > "$0/pid.part"; mv "$0/pid.part" "$0/pid"; exec sleep 600`,
      folder.path,
    ];
    void folder.run({ commands: [early, ['true']], stopSignal: 'QUIT' });
    const pid = await pidIn(folder.path);
    await folder.remove();
    expect(existsSync(folder.path)).toBe(false);
    await until(() => !isRunning(pid));
  });

  it('tells how its programs ended and what they printed', async () => {
    const folder = newFolder();
    await folder.run({
      commands: [
        ['sh', '-c', 'echo "it\'s over" >&2; exit 3'],
        ['touch', join(folder.path, 'later')],
      ],
      stopSignal: 'KILL',
    });
    expect(folder.exitStatus).toBe('3');
    expect(folder.log).toBe("it's over");
    expect(existsSync(join(folder.path, 'later'))).toBe(false);
  });

  it('is removed, and its program ends, when the process that made it is killed', async () => {
    const maker = spawn(process.execPath, ['-e', MAKER], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [path] = (await once(maker.stdout, 'data')) as [Buffer];
    const folder = path.toString().trim();
    const pid = await pidIn(folder);
    maker.kill('SIGKILL');
    await until(() => !existsSync(folder));
    expect(isRunning(pid)).toBe(false);
  });

  (process.getuid?.() === 0 ? it : it.skip)('belongs to the unprivileged user that its programs run as', async () => {
    const user = unprivilegedUser(['nobody'])!;
    const folder = newFolder(user);
    await folder.run({ commands: [['id', '-u']], stopSignal: 'KILL' });
    expect(folder.log).toBe(String(user.uid));
    expect(statSync(folder.path).uid).toBe(user.uid);
  });
});

/** A process of its own that makes a guarded folder, prints its path and stays; it compiles the source as it loads it. */
const MAKER = `
  const { readFileSync } = require('node:fs');
  const { transpileModule } = require(${JSON.stringify(require.resolve('typescript'))});
  require.extensions['.ts'] = (module, file) => {
    const compilerOptions = { module: 1, target: 9 };
    module._compile(transpileModule(readFileSync(file, 'utf8'), { compilerOptions }).outputText, file);
  };
  const { GuardedFolder } = require(${JSON.stringify(join(__dirname, '../src/servers/guarded-folder.ts'))});
  const folder = new GuardedFolder({ prefix: 'espalier-guarded-' });
  folder.run({ commands: [[...${JSON.stringify(STAYING)}, folder.path]], stopSignal: 'KILL' });
  console.log(folder.path);
  setInterval(() => {}, 1000);
`;
