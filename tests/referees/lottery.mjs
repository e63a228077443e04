// A lottery replayed from its public receipt, its list and the public draw alone, in another language than the one that drew it.
//   node lottery.mjs omgang-01-stangd.json lista.csv "3 11 17"      prints unit;arm, sorted by unit
// Written from docs/METHODS.md (Random assignment), not from the program.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const [closedFile, listFile, result] = process.argv.slice(2);
const closed = JSON.parse(readFileSync(closedFile, "utf8")), list = readFileSync(listFile);
const sha = (data) => createHash("sha256").update(data).digest("hex");
const rule = (key) => (/^[[]|^null$|^[0-9.]+$/.test(closed.rules[key] ?? "null") ? JSON.parse(closed.rules[key] ?? "null") : closed.rules[key]);
const arms = rule("arms"), round = arms.flatMap((arm) => Array(arm.weight).fill(arm.id));
const placed = arms.some((arm) => arm.places !== null), persons = placed && rule("siblings") !== null;
const units = list.toString("utf8").trim().split("\n").slice(1).map((line) => {
  const [name, block, group, ...x] = line.split(";");
  return { name, block, ball: group ? "=" + group : name, x: x.map(Number) };
});
if (sha(list) !== closed.frame_sha256) throw new Error("the list is not the one that was closed");
const master = sha(["evalkit-lottning-1", closed.plan, closed.batch, closed.frame_sha256, closed.previous, result].join("|"));

const members = new Map();
for (const unit of units) members.set(unit.ball, [...(members.get(unit.ball) ?? []), unit]);
const balls = [...members.keys()].sort(), blockOf = (ball) => members.get(ball)[0].block;
const blocks = [...new Set(balls.map(blockOf))].sort();

function draw(seed) {
  const ticket = (name) => sha(seed + "|" + name);
  const ranked = (names, key = ticket) => names.map((n) => [key(n), n]).sort((a, b) => (a[0] < b[0] ? -1 : 1)).map((pair) => pair[1]);
  const head = (name) => BigInt("0x" + ticket(name).slice(0, 12));
  const got = new Map();
  const deal = (names, block) => {
    const slots = ranked(round.map((_, i) => `*${block}|${i}`)), whole = Math.floor(names.length / round.length) * round.length;
    names.forEach((name, i) => got.set(name, i < whole ? round[i % round.length] : round[Number(slots[i - whole].split("|")[1])]));
  };
  if (rule("method") === "simple") {
    const total = BigInt(round.length);
    for (const ball of balls) {
      let reached = 0n;
      for (const arm of arms) {
        reached += BigInt(arm.weight);
        if (!got.has(ball) && head(ball) * total < reached * 16n ** 12n) got.set(ball, arm.id);
      }
    }
  } else if (persons) {
    const open = arms.find((arm) => arm.places === null).id;
    let waiting = ranked(balls);
    for (const arm of arms.filter((one) => one.places !== null)) {
      let room = arm.places;
      for (const ball of [...waiting]) {
        if (members.get(ball).length > room) continue;
        got.set(ball, arm.id);
        room -= members.get(ball).length;
        waiting = waiting.filter((one) => one !== ball);
      }
    }
    waiting.forEach((ball) => got.set(ball, open));
  } else if (placed) {
    let order = ranked(blocks, (b) => ticket("*block|" + b)).flatMap((b) => ranked(balls.filter((ball) => blockOf(ball) === b)));
    const named = arms.filter((arm) => arm.places !== null), rest = (arms.find((arm) => arm.places === null) ?? named.at(-1)).id;
    order.forEach((ball) => got.set(ball, rest));
    for (const arm of named) {
      const n = order.length, start = n === arm.places ? 0 : Number(head("*start|" + arm.id) % BigInt(n));
      const hit = (i) => n === arm.places || Math.floor(((i + 1) * arm.places + start) / n) > Math.floor((i * arm.places + start) / n);
      const taken = order.filter((_, i) => hit(i));
      taken.forEach((ball) => got.set(ball, arm.id));
      order = order.filter((ball) => !taken.includes(ball));
    }
  } else {
    let left = [];
    for (const block of blocks) {
      const order = ranked(balls.filter((ball) => blockOf(ball) === block)), rounds = Math.floor(order.length / round.length);
      order.slice(0, rounds * round.length).forEach((ball, i) => got.set(ball, round[Math.floor(i / rounds)]));
      const over = order.slice(rounds * round.length);
      if (rule("misfits") === "block") deal(over, block);
      left = left.concat(over);
    }
    if (rule("misfits") === "global") deal(ranked(left, (name) => ticket("*rest|" + name)), "*");
    if (rule("misfits") === "outside") left.forEach((ball) => got.set(ball, ""));
  }
  return new Map(units.map((unit) => [unit.name, got.get(unit.ball)]));
}

// Morgan and Rubin: n p (1 - p) d' S^-1 d, within the quantile of chi-square that keeps the declared share of draws.
function distance(drawn) {
  const k = units[0].x.length, n = units.length, mean = (rows) => rows[0].x.map((_, j) => rows.reduce((s, u) => s + u.x[j], 0) / rows.length);
  const first = units.filter((u) => drawn.get(u.name) === arms[0].id), other = units.filter((u) => drawn.get(u.name) !== arms[0].id);
  if (!first.length || !other.length) return Infinity;
  const all = mean(units), gap = mean(first).map((v, j) => v - mean(other)[j]);
  const table = all.map((_, i) => [...all.map((__, j) => units.reduce((s, u) => s + (u.x[i] - all[i]) * (u.x[j] - all[j]), 0) / (n - 1)), gap[i]]);
  for (let i = 0; i < k; i++) {
    for (let r = 0; r < k; r++) {
      if (r === i) continue;
      const factor = table[r][i] / table[i][i];
      table[r] = table[r].map((v, j) => v - factor * table[i][j]);
    }
  }
  const p = first.length / n;
  return n * p * (1 - p) * gap.reduce((s, v, i) => s + (v * table[i][k]) / table[i][i], 0);
}

function quantile(share, k) {
  const below = (x) => {
    let term = 1 / (k / 2), sum = term;
    for (let i = 1; i < 500; i++) sum += term *= x / 2 / (k / 2 + i);
    let gamma = k % 2 ? Math.sqrt(Math.PI) : 1;
    for (let a = k % 2 ? 0.5 : 1; a < k / 2; a++) gamma *= a;
    return (sum * Math.exp(-x / 2) * (x / 2) ** (k / 2)) / gamma;
  };
  let low = 0, high = 200;
  for (let i = 0; i < 200; i++) below((low + high) / 2) < share ? (low = (low + high) / 2) : (high = (low + high) / 2);
  return low;
}

const accept = rule("accept");
let tries = 1, drawn = draw(master);
if (accept !== null) {
  const bound = quantile(accept, units[0].x.length);
  while (distance(drawn) > bound) drawn = draw(sha(`${master}|*try|${++tries}`));
}
console.log([...drawn.keys()].sort().map((name) => `${name};${drawn.get(name)}`).join("\n"));
