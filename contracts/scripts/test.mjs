// Every test of the contracts, without a network; the last line is N passed, N failed, N skipped.
// With --write it formats the sources and writes abi/, bin/ and GAS.md instead of comparing them.
import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { gasReport } from './gas.mjs';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..');
const write = process.argv.includes('--write');
let passed = 0;
let failed = 0;
let skipped = 0;

const platform = `linux-${process.arch === 'x64' ? 'amd64' : process.arch}`;
const forgeProgram = path.join(root, `node_modules/@foundry-rs/forge-${platform}/bin/forge`);

function count(name, problems) {
  for (const problem of problems) console.log(`${name}: ${problem}`);
  problems.length > 0 ? (failed += 1) : (passed += 1);
}

function lines(text) {
  return text.split('\n').filter((line) => line !== '');
}

/** The committed ABI and bytecode are what the sources compile to. */
function compiled() {
  const { status, stdout, stderr } = spawnSync(
    process.execPath, ['compile.mjs', ...(write ? [] : ['--check'])], { cwd: root, encoding: 'utf8' });
  count('compile', status === 0 ? [] : lines(stdout + stderr));
}

/** Each error that one of our contracts declares is expected by a test, with its facts. */
function everyErrorIsProvoked() {
  const tests = fs.readdirSync(path.join(root, 'test'))
    .filter((file) => file.endsWith('.t.sol'))
    .map((file) => fs.readFileSync(path.join(root, 'test', file), 'utf8'))
    .join('\n');
  const expected = new Set([...tests.matchAll(/\.(\w+_\w+)\.selector/g)].map((match) => match[1]));
  const declared = fs.readdirSync(path.join(root, 'src'))
    .filter((file) => file.endsWith('.sol'))
    .flatMap((file) => [...fs.readFileSync(path.join(root, 'src', file), 'utf8').matchAll(/^\s*error (\w+)\(/gm)])
    .map((match) => match[1]);
  count('errors', declared.filter((error) => !expected.has(error)).map((error) => `no test provokes ${error}`));
}

/** Other processors and older C libraries have no forge; compiler and ABI are checked there all the same. */
function forgeRuns() {
  const { status, stderr, error } = spawnSync(forgeProgram, ['--version'], { encoding: 'utf8' });
  if (status === 0) return true;
  if (platform === 'linux-amd64' && !fs.existsSync(forgeProgram)) {
    // npm passes over an optional package in silence when it could not get it
    count('forge', ['npm did not install it']);
    return false;
  }
  console.log(`forge: skipped, for it does not run here: ${error?.message ?? stderr}`);
  skipped += 1;
  return false;
}

/** The sources are as forge's formatter writes them. */
function formatted() {
  const { status, stdout } = spawnSync(
    forgeProgram, ['fmt', ...(write ? [] : ['--check'])], { cwd: root, encoding: 'utf8' });
  const files = lines(stdout).filter((line) => line.startsWith('Diff in '));
  count('format', status === 0 ? [] : files.map((line) => `${line}: forge fmt mends it`).concat(files.length ? [] : [stdout]));
}

/** Runs forge and counts its tests. What it prints is shown if one fails. */
function forge(...options) {
  const { stdout, stderr, error } = spawnSync(
    forgeProgram, ['test', ...options], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
  const sum = /: (\d+) tests passed, (\d+) failed/.exec(stdout);
  if (error || !sum) {
    count('forge', [error?.message ?? stdout + stderr]);
    return;
  }
  passed += Number(sum[1]);
  failed += Number(sum[2]);
  if (sum[2] !== '0') console.log(stdout.slice(stdout.indexOf('Failing tests:')));
}

/** GAS.md says what each action costs. */
function gas() {
  fs.rmSync(path.join(root, 'out/gas'), { recursive: true, force: true });
  forge('--isolate', '--match-contract', 'GasReport');
  const file = path.join(root, 'out/gas/GasReport.json');
  if (!fs.existsSync(file)) {
    count('gas', ['not measured']);
    return;
  }
  const report = gasReport(JSON.parse(fs.readFileSync(file, 'utf8')));
  const committed = path.join(root, 'GAS.md');
  if (write) fs.writeFileSync(committed, report);
  const before = fs.existsSync(committed) ? lines(fs.readFileSync(committed, 'utf8')) : [];
  const after = lines(report);
  count('gas', [
    ...before.filter((line) => !after.includes(line)).map((line) => `GAS.md has ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `measured ${line}`),
  ]);
}

compiled();
everyErrorIsProvoked();
if (forgeRuns()) {
  formatted();
  forge('--no-match-contract', 'GasReport');
  gas();
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
