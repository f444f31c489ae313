#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import nodeModule, { createRequire } from 'node:module'
import { constants as osConstants } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

// Plain JavaScript that an old Node understands: it finds a new one and hands over.

const NEEDED = 24
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const major = (version) => Number(version.split('.')[0])

/** The sources in a checkout; what was built from them where it is installed, since Node strips no types there. */
function program() {
  const installed = root.split(path.sep).includes('node_modules')
  const source = path.join(root, 'src', 'programs', 'main.ts')
  return !installed && existsSync(source) ? source : path.join(root, 'dist', 'programs', 'main.js')
}

/**
 * Where Node keeps what it compiled, so that a command starts in half the time: in our own folder, and not in the
 * common one, where somebody else could put code for us to run. Where it cannot be written there is none.
 */
const compiled = path.join(root, 'node_modules', '.cache', 'postern')

/** The Node that came with the package, where there is one for this platform. */
function packagedNode() {
  try {
    const require = createRequire(import.meta.url)
    const manifest = require.resolve(`node-${process.platform}-${process.arch}/package.json`)
    const node = path.join(path.dirname(manifest), 'bin', 'node')
    accessSync(node, constants.X_OK)
    return node
  } catch {
    return undefined
  }
}

function handOver(node) {
  const child = spawn(node, [program(), ...process.argv.slice(2)], {
    // The channel tells the child when this process is gone, however it went.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { NODE_COMPILE_CACHE: compiled, ...process.env },
  })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`postern: ${node} does not run here: ${error.message}. ${advice()}\n`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (osConstants.signals[signal] ?? 0)
  })
}

const advice = () =>
  `Postern needs Node ${NEEDED} or newer. One is packaged for Linux with glibc on x64 and arm64; elsewhere install it yourself and put it first in PATH.`

if (major(process.versions.node) >= NEEDED) {
  nodeModule.enableCompileCache(compiled)
  await import(pathToFileURL(program()).href)
} else {
  const node = packagedNode()
  if (node) handOver(node)
  else {
    process.stderr.write(`postern: this is Node ${process.versions.node}. ${advice()}\n`)
    process.exitCode = 1
  }
}
