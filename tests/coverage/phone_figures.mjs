// What a phone counts from the rows that it pulled: {place, visit, commitment} rows on standard input, figures out.
import { text } from 'node:stream/consumers';
import { fold } from '../../static/shared/fold.js';

const rows = JSON.parse(await text(process.stdin));
const visits = Object.entries(rows.visit).map(([id, data]) => ({
  ...data,
  id,
  root: data.root_id,
  void: false,
  place: data.place_id,
  commitment: rows.commitment[id] ?? null,
}));
// The phone pulls each commitment with the instant it was withdrawn; a withdrawal by id says the same to the fold.
const withdrawals = Object.entries(rows.commitment)
  .filter(([, data]) => data.withdrawn_at)
  .map(([id, data]) => ({ id: `w-${id}`, commitment_id: id, at: data.withdrawn_at }));
const standing = visits.filter((visit) => !visit.superseded_by);
const folded = fold({ visits: standing, withdrawals, survivor: {} });
const active = Object.keys(rows.place).filter((id) => rows.place[id].status === 'active');
const count = (name) => active.filter((id) => folded[id]?.[name]).length;
const names = ['attempted', 'met', 'covered', 'declined', 'closed', 'signed', 'offered'];
const figures = Object.fromEntries(names.map((name) => [name, count(name)]));
console.log(JSON.stringify({ D: active.length, ...figures, visits: standing.length }));
