// SPDX-License-Identifier: MIT
//
// A node of a discv4 network made of @ethereumjs/devp2p's own code. It prints
// its enode URL, then carries out what it reads from standard input; the
// protocol is that of tests/interop/driver/process.go.

import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'

import { formatNode, parseId, parseNode } from './enode.js'
import { lookup, resolve } from './lookup.js'
import { startNode } from './node.js'

const verbs = {
  async ping(node, url) {
    await node.bond(parseNode(url))
    return {}
  },
  async findnode(node, url, target) {
    return nodes(await node.findNode(parseNode(url), parseId(target)))
  },
  async lookup(node, target) {
    return nodes(await lookup(node, parseId(target)))
  },
  async resolve(node, url) {
    return nodes([await resolve(node, parseNode(url).id)])
  },
  async table(node) {
    return nodes(node.dpt.getPeers())
  },
}

function nodes(peers) {
  return { nodes: peers.map(formatNode) }
}

async function obey(node, [tag, verb, ...words]) {
  const answer = { tag }
  try {
    if (!Object.hasOwn(verbs, verb)) throw new Error(`no such command: ${verb}`)
    Object.assign(answer, await verbs[verb](node, ...words))
  } catch (error) {
    answer.error = error.message
  }
  console.log(JSON.stringify(answer))
}

const { values: options } = parseArgs({
  options: {
    listen: { type: 'string', default: '127.0.0.1:30303' },
    bootnodes: { type: 'string', default: '' },
  },
})
const [address, port] = options.listen.split(':')
const bootnodes = options.bootnodes.split(',').filter(Boolean).map(parseNode)
const node = await startNode(address, Number(port), bootnodes)
console.log(formatNode(node.self))

for await (const line of createInterface({ input: process.stdin })) {
  const words = line.split(' ')
  if (words[1] === 'quit') break
  obey(node, words)
}
process.exit(0)
