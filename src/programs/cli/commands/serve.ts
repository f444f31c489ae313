import type { Command } from '../invocation.ts'

export const serve: Command = {
  name: 'serve',
  usage: ['[--data DIR] [--config FILE] [--port-base N|auto] [--host H] [--profile P] [--ready-file F]'],
  synopsis: 'starts everything in one process',
  options: [
    ['--data DIR', 'where everything is kept (./postern-data); made when it is missing'],
    ['--config FILE', 'settings in YAML (DIR/postern.yaml)'],
    [
      '--port-base N|auto',
      'added to every standard port: 10000 unless said otherwise, 0 for production, auto for free ports',
    ],
    ['--host H', 'the address or name to listen on (127.0.0.1)'],
    ['--profile P', 'standards or exchange-online'],
    ['--ready-file F', 'a second place for the ready object, beside DIR/server.json; folders above it are made'],
  ],
  async run(invocation) {
    // The server is loaded for this command alone: every other one starts several times as fast without it.
    const { serve: run } = await import('../../serve.ts')
    return run(invocation)
  },
}
