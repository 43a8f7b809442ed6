// SPDX-License-Identifier: MIT
//
// A node made of @ethereumjs/devp2p's own code: of a discv4 network, and with
// --rlpx one that makes peers. It prints its enode URL, then carries out what it
// reads from standard input; the protocol is that of
// tests/interop/driver/process.go.

import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'

import { formatNode, parseId, parseNode } from './enode.js'
import { lookup, resolve } from './lookup.js'
import { Node, readKey } from './node.js'
import { Peers } from './peers.js'

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
  async peers(node) {
    return { peers: node.peers.list() }
  },
  async past(node) {
    const { ended, refused } = node.peers
    return { ended, refused }
  },
  async dial(node, url) {
    node.peers.dial(parseNode(url))
    return {}
  },
  async forget(node, url) {
    node.peers.forget(parseNode(url))
    return {}
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
    key: { type: 'string', default: '' },
    rlpx: { type: 'boolean', default: false },
    'max-peers': { type: 'string', default: '50' },
    dynamic: { type: 'string', default: '0' },
    capability: { type: 'string', default: 'dtt/1' },
    static: { type: 'string', default: '' },
  },
})

function parseNodes(list) {
  return list.split(',').filter(Boolean).map(parseNode)
}

const [address, port] = options.listen.split(':')
const bootnodes = parseNodes(options.bootnodes)
const node = new Node(address, Number(port), readKey(options.key))
if (options.rlpx) {
  node.peers = new Peers(node, {
    maxPeers: Number(options['max-peers']),
    capability: options.capability,
    dynamic: Number(options.dynamic) > 0,
    wanted: parseNodes(options.static),
  })
  await node.peers.listen()
}
await node.start(bootnodes)
console.log(formatNode(node.self))

for await (const line of createInterface({ input: process.stdin })) {
  const words = line.split(' ')
  if (words[1] === 'quit') break
  obey(node, words)
}
process.exit(0)
