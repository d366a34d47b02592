/** What befalls phones and the server, and what the office does meanwhile. */

import { Disk } from './disk.mjs';
import { Phone } from './phone.mjs';

/** @typedef {import('./scenario.mjs').Run} Run */

const GRIDS = ['990102103201001', '990102103201002'];
const VILLAGE = '990102103201';
const YEAR_MS = 365 * 24 * 3600_000;

/** Everything that may happen at a step, and how often. */
export const WEIGHTS = {
  deed: 46,
  deed_cut_off: 6,
  pause: 14,
  night: 1.5,
  weeks: 1.2,
  power: 2,
  page: 4,
  line: 5,
  weather: 4,
  clock: 1.5,
  backup: 2,
  go_back: 1.2,
  clone: 0.6,
  erase: 0.8,
  assign: 2.5,
  decide: 6,
  undo: 2.5,
  roster: 1.5,
  quarantine: 2,
  staff: 2,
  server_copy: 2,
  server_back: 1,
  server_clock: 1,
  revoke: 0.6,
  hand_over: 1.2,
  enrol_again: 0.8,
  forget_us: 3,
  sweep: 1,
  question: 2,
  withdraw: 1.5,
};

/** @type {Record<string, (run: Run, phone: Phone) => Promise<void>>} */
export const ACTS = {
  deed: (run, phone) => run.deeds.any(phone),

  async deed_cut_off(run, phone) {
    run.world.arm(run.dice.whole(1, 40), () => {
      run.world.say(`${phone.name} 断电`);
      phone.kill();
    });
    await run.deeds.any(phone);
    await run.world.advance(run.dice.whole(0, 600));
    run.world.disarm();
  },

  async pause(run) {
    await run.world.advance(run.dice.whole(200, 40_000));
  },

  /** Phones lie in pockets for hours. */
  async night(run) {
    for (const each of run.phones) each.kill();
    await run.world.advance(run.dice.whole(1, 14) * 3600_000);
  },

  /** Nobody goes from door to door for weeks: long enough that a phone lets go of what is safe. */
  async weeks(run) {
    for (const each of run.phones) each.kill();
    const days = run.dice.pick([15, 22, 61]);
    run.world.say(`${days} 天没人走`);
    await run.world.advance(days * 24 * 3600_000);
  },

  async power(_, phone) {
    phone.kill();
  },

  async page(_, phone) {
    if (phone.pages.length < 2) await phone.open();
  },

  async line(run, phone) {
    if (run.dice.chance(0.6)) phone.goOnline();
    else phone.network.online = false;
  },

  async weather(run, phone) {
    phone.network.trouble = run.dice.pick([0, 0.2, 0.5, 0.9]);
  },

  async clock(run, phone) {
    const years = run.dice.pick([-20, -1, 1, 20]) * YEAR_MS;
    phone.skew = run.dice.pick([0, 0, years, run.dice.whole(-9, 9) * 60_000, run.dice.whole(-30, 30) * 3600_000]);
    run.world.say(`${phone.name} 的钟差 ${phone.skew / 1000} 秒`);
  },

  async backup(run, phone) {
    run.backups.set(phone.name, phone.disk.copy());
  },

  async go_back(run, phone) {
    const backup = run.backups.get(phone.name);
    if (!backup) return;
    run.world.say(`${phone.name} 恢复到旧备份`);
    await run.losing(async () => phone.replaceDisk(backup.copy()));
    await phone.open();
  },

  async clone(run, phone) {
    if (run.phones.length > 3) return;
    const twin = new Phone(run.world, run.server, `${phone.name}的分身`, phone.username);
    twin.traits = { ...phone.traits };
    twin.disk = phone.disk.copy();
    run.phones.push(twin);
    run.world.say(`${phone.name} 被整机复制`);
    await twin.open();
  },

  /** The browser clears the databases, with or without the second copy; never without a word. */
  async erase(run, phone) {
    const { local, caches } = phone.disk;
    const disk = new Disk();
    if (run.dice.chance(0.6)) disk.caches = caches;
    disk.local = local;
    run.world.say(`${phone.name} 的数据库被清空`);
    await run.losing(async () => phone.replaceDisk(disk));
    await phone.enrol();
  },

  async assign(run) {
    const username = run.dice.pick(['liuguixiang', 'zhaojian']);
    const grids = GRIDS.filter(() => run.dice.chance(0.6));
    run.world.say(`镇里:${username} 管 ${grids.map((grid) => grid.slice(-1))}`);
    await run.ask('assign', { username, grids: grids.length ? grids : [run.dice.pick(GRIDS)] });
  },

  async decide(run) {
    const { out } = await run.command('places', 'review', '--village', VILLAGE, '--json');
    const { items } = JSON.parse(out);
    if (!items.length) return;
    const { id, kind, place_id, duplicate_of } = run.dice.pick(/** @type {any[]} */ (items));
    const into = kind === 'duplicate' && !duplicate_of ? ['--into', run.dice.pick(run.placeIds)] : [];
    const verdict = run.dice.chance(0.7) ? 'accept' : 'reject';
    const done = await run.command('places', 'decide', id, verdict, ...(verdict === 'accept' ? into : []), ...BY);
    run.world.say(`村里 ${verdict} ${kind} ${place_id.slice(-6)}${done.exit ? ' 没成' : ''}`);
    if (!done.exit) run.decided.push(id);
  },

  async undo(run) {
    if (!run.decided.length) return;
    const id = run.dice.pick(run.decided);
    const done = await run.command('places', 'undo', id, ...BY);
    run.world.say(`村里撤回 ${id.slice(-6)}${done.exit ? ' 没成' : ''}`);
  },

  async roster(run) {
    run.doors += run.dice.whole(0, 2);
    run.adults = run.dice.whole(1, 4);
    run.world.say(`村里导入 ${run.doors} 户`);
    await run.importRoster();
  },

  async quarantine(run) {
    const said = await run.ask('quarantine', { pick: run.dice.next(), accept: run.dice.chance(0.6) });
    run.world.say(`村里看了待核对的:${JSON.stringify(said)}`);
  },

  async staff(run) {
    const to = run.dice.chance(0.5) ? run.dice.pick(run.placeIds) : null;
    const said = await run.ask('staff', { pick: run.dice.next(), to });
    run.world.say(`村里${to ? '改户' : '作废'}:${JSON.stringify(said)}`);
  },

  /** The office asks a worker about a door. */
  async question(run) {
    const question = run.deeds.word();
    const { ask, place } = await run.ask('question', { pick: run.dice.next(), question });
    run.world.say(`村里问 ${place?.slice(-6)}`);
    if (ask) run.questions.push({ ask, place, word: question });
  },

  /** Somebody takes a promise back at the office. */
  async withdraw(run) {
    const said = await run.ask('withdraw', { pick: run.dice.next() });
    run.world.say(`村里当面撤回:${JSON.stringify(said)}`);
  },

  async server_copy(run) {
    run.questionsKept = run.questions.length;
    await run.ask('copy', { name: 'older', verified: run.dice.chance(0.7) });
    run.hasCopy = true;
  },

  async server_back(run) {
    if (!run.hasCopy) return;
    run.world.say('服务器恢复到旧备份');
    run.questions.length = Math.min(run.questions.length, run.questionsKept); // of later ones it knows nothing any more
    await run.losing(() => run.ask('restore', { name: 'older', renew: run.dice.chance(0.4) }));
  },

  async revoke(run, phone) {
    const device_id = phone.identity?.device_id;
    if (!device_id) return;
    run.world.say(`镇里停用 ${phone.name}`);
    const { found } = await run.ask('revoke', { device_id });
    if (found) run.revoked.add(device_id);
  },

  /** One phone for two workers: the first one's unsent records still go up, under the first one's name. */
  async hand_over(run, phone) {
    const other = phone.username === 'zhaojian' ? 'liuguixiang' : 'zhaojian';
    run.world.say(`${phone.name} 换给 ${other}`);
    if (run.dice.chance(0.4)) run.world.arm(run.dice.whole(1, 30), () => phone.kill());
    await phone.handOver(other);
    run.world.disarm();
  },

  /** The worker signs in once more on the same phone, for whatever reason. */
  async enrol_again(run, phone) {
    run.world.say(`${phone.name} 重新登记`);
    await phone.enrol();
  },

  /** A household asks to be erased, and is. */
  async forget_us(run) {
    const { place } = await run.ask('erased', { pick: run.dice.next() });
    run.world.say(`村里照住户的要求删掉 ${place.slice(-6)}`);
    run.erased.push(place);
  },

  /** The night in which everything leaves whose time is over. */
  async sweep(run) {
    run.world.say('服务器清理到期的');
    await run.command('privacy', 'sweep');
  },

  /** The server's own clock is wrong for a while, or set right again. */
  async server_clock(run) {
    const minutes = run.dice.pick([0, -9, 9, -25 * 60, 25 * 60]);
    run.world.say(`服务器的钟差 ${minutes} 分`);
    await run.ask('clock', { minutes });
  },
};

const BY = ['--by', 'chenxiuying'];
