// SPDX-License-Identifier: MIT

import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

import { decode, DPT, encode, pk2id } from '@ethereumjs/devp2p'

import { hex } from './enode.js'

const refreshInterval = 10_000 // ms; a node of the table is asked that often
const timeout = 20_000 // ms; a node that does not answer in time is banned
const replyTime = 500 // ms
const fullReply = 16 // nodes

/** The key of a file, which is made if it is not there; '': any. */
export function readKey(file) {
  const made = randomBytes(32)

  if (file !== '') {
    if (existsSync(file)) {
      const text = readFileSync(file, 'utf8')
      return Uint8Array.from(Buffer.from(text.trim(), 'hex'))
    }
    writeFileSync(file, made.toString('hex'), { mode: 0o600 })
  }
  return Uint8Array.from(made)
}

export class Node {
  constructor(address, port, key) {
    const endpoint = { address, udpPort: port, tcpPort: port }

    this.key = key
    this.socket = createSocket({ type: 'udp4' })
    this.socket.setMaxListeners(0) // one for each question under way
    this.turns = new Map() // by id: the last question to that node
    this.dpt = new DPT(this.key, {
      createSocket: () => this.socket,
      endpoint,
      onlyConfirmed: true,
      refreshInterval,
      timeout,
    })
    limitAnswers(this.dpt)
    this.self = { id: this.dpt.id, ...endpoint }
  }

  async start(bootnodes) {
    const { address, udpPort } = this.self

    this.dpt.bind(udpPort, address)
    await once(this.socket, 'listening')
    for (const peer of bootnodes) this.dpt.bootstrap(peer)
  }

  /** Ping it, also if it is known, and take it into the table. */
  async bond(peer) {
    this.dpt.removePeer(peer)
    await this.dpt.addPeer(peer)
  }

  /**
   * Ask one node for those closest to target, one question after the other:
   * answers do not say what was asked.
   */
  findNode(peer, target) {
    const last = this.turns.get(hex(peer.id)) ?? Promise.resolve()
    const turn = last.then(() => this.ask(peer, target))
    this.turns.set(
      hex(peer.id),
      turn.catch(() => {}),
    )
    return turn
  }

  /**
   * DPT throws away the ids of an answer, so it is picked out of what the
   * socket gets.
   */
  ask(peer, target) {
    return new Promise((resolve, reject) => {
      const found = new Map()
      let answered = false
      const end = () => {
        clearTimeout(timer)
        this.socket.off('message', receive)
        if (answered) resolve([...found.values()])
        else reject(new Error('timed out'))
      }
      const receive = (datagram) => {
        const told = neighbours(datagram, peer.id)
        if (told === undefined) return
        answered = true
        for (const node of told) found.set(hex(node.id), node)
        if (found.size >= fullReply) end()
      }
      const timer = setTimeout(end, replyTime)
      this.socket.on('message', receive)
      this.socket.send(
        encode('findneighbours', { id: target }, this.key),
        peer.udpPort,
        peer.address,
      )
    })
  }
}

/**
 * DPT puts the 16 nodes of an answer into one datagram, which then has 1373
 * bytes. discv4 allows 1280: go-ethereum drops it, and in time the node too.
 * Answers have nodes that are confirmed, so no more are than fit.
 */
const confirmedMax = 14

function limitAnswers(dpt) {
  let confirmed = 0
  dpt.events.on('peer:added', ({ id }) => {
    if (confirmed === confirmedMax) return
    confirmed++
    dpt.confirmPeer(hex(id))
  })
}

/** The nodes that a datagram tells, if it is such an answer of this sender. */
function neighbours(datagram, sender) {
  try {
    const { typename, data, publicKey } = decode(datagram)
    if (typename !== 'neighbours') return undefined
    if (Buffer.compare(pk2id(publicKey), sender) !== 0) return undefined
    return data.peers.map(({ endpoint, id }) => ({ ...endpoint, id }))
  } catch {
    return undefined // what DPT, too, drops
  }
}
