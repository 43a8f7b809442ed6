// SPDX-License-Identifier: MIT
//
// DPT finds nodes at random and has no lookup, so here is Kademlia's: ask the
// closest nodes for closer ones, until the closest 16 were all asked.

import { keccak256 } from 'ethereum-cryptography/keccak.js'

import { hex } from './enode.js'

const alpha = 3
const results = 16

class Candidates {
  constructor(self, target) {
    this.target = keccak256(target)
    this.seen = new Set([hex(self)])
    this.closest = []
  }

  offer(peers) {
    for (const peer of peers) {
      if (this.seen.has(hex(peer.id))) continue
      this.seen.add(hex(peer.id))
      const distance = keccak256(peer.id).map((byte, i) => byte ^ this.target[i])
      this.closest.push({ peer, distance: hex(distance), asked: false })
    }
    this.closest.sort((a, b) => (a.distance < b.distance ? -1 : 1))
    this.closest.length = Math.min(this.closest.length, results)
  }

  next() {
    const unasked = this.closest.filter(({ asked }) => !asked).slice(0, alpha)
    for (const candidate of unasked) candidate.asked = true
    return unasked.map(({ peer }) => peer)
  }
}

/** The nodes closest to target, closest first. */
export async function lookup(node, target) {
  const candidates = new Candidates(node.self.id, target)
  candidates.offer(node.dpt.getPeers())
  for (;;) {
    const peers = candidates.next()
    if (peers.length === 0) break
    await Promise.all(
      peers.map(async (peer) => {
        candidates.offer(await ask(node, peer, target))
      }),
    )
  }
  return candidates.closest.map(({ peer }) => peer)
}

/** What a node says; nothing when it does not answer. */
async function ask(node, peer, target) {
  try {
    await node.dpt.addPeer(peer) // pings it if it is new
    return await node.findNode(peer, target)
  } catch {
    return []
  }
}

export async function resolve(node, id) {
  const known = node.dpt.getPeer(id)
  if (known !== null) return known
  const found = await lookup(node, id)
  const hit = found.find((peer) => hex(peer.id) === hex(id))
  if (hit === undefined) throw new Error('not found')
  return hit
}
