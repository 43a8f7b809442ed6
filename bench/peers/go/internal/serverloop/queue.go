// SPDX-License-Identifier: MIT

package serverloop

import "dialtone/bench/peers/internal/policy"

// queue holds tasks in the order in which they came. It keeps its memory.
type queue struct {
	tasks []policy.Task // those before first have been taken out
	first int
}

func (q *queue) length() int {
	return len(q.tasks) - q.first
}

func (q *queue) push(task policy.Task) {
	q.tasks = append(q.tasks, task)
}

func (q *queue) pop() policy.Task {
	task := q.tasks[q.first]
	q.tasks[q.first] = nil
	q.first++
	if q.first == len(q.tasks) {
		q.tasks, q.first = q.tasks[:0], 0
	}
	return task
}
