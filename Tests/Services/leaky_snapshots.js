'use strict';
// Writes two heap snapshots of itself, OLD and NEW (its arguments), with a leak in between.
const v8 = require('node:v8');

class Session {
  constructor(number) {
    this.number = number;
    this.listener = () => number;
  }
}

const sessions = new Map();
const [, , older, newer] = process.argv;
for (let i = 0; i < 1000; i++) sessions.set(i, new Session(i));
v8.writeHeapSnapshot(older);
for (let i = 1000; i < 6000; i++) sessions.set(i, new Session(i));
v8.writeHeapSnapshot(newer);
