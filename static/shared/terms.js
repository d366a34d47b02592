/**
 * One word for one thing: what buttons say, what reports say, and the picture that goes with it.
 * The Chinese is source text; callers pass it through `t()`.
 */

/**
 * Outcomes of a visit, in the order they are offered. No word here blames anybody.
 * @type {Readonly<Record<string, {button: string, report: string, icon: string, attempt?: boolean}>>}
 */
export const OUTCOMES = {
  met_covered: { button: '讲了', report: '见面宣传', icon: 'talk' },
  nobody_home: { button: '没人', report: '无人在家', icon: 'nobody' },
  met_later: { button: '改天', report: '见到人·改天', icon: 'later' },
  met_declined: { button: '不想听', report: '见面婉拒', icon: 'declined' },
  remote_covered: { button: '电话里讲了', report: '电话/视频宣传', icon: 'call' },
  left_material: { button: '没人，留了资料', report: '无人·已留资料', icon: 'doc' },
  minor_only: { button: '只有孩子在家', report: '只有孩子在家', icon: 'people' },
  unsafe_stop: { button: '不方便进门', report: '不方便进门', icon: 'pause' },
  away_reported: { button: '长期不在家', report: '长期不在家', icon: 'away' },
  wrong_entry: { button: '名单写错了', report: '名单写错了', icon: 'pencil' },
};

/** The four on the place page; the others stand behind 更多. */
export const COMMON_OUTCOMES = ['met_covered', 'nobody_home', 'met_later', 'met_declined'];

/** @type {Readonly<Record<string, string>>} */
export const KINDS = {
  household: '住户',
  shop: '商铺',
  rental: '出租房',
  workplace: '单位',
  school: '学校',
  site: '工地',
  venue: '活动点',
};

/** @type {Readonly<Record<string, {word: string, icon: string}>>} */
export const NEEDS = {
  大字: { word: '大字', icon: 'big' },
  语音: { word: '语音', icon: 'speaker' },
  方言: { word: '方言', icon: 'dialect' },
  上门时段: { word: '上门时段', icon: 'clock' },
};

/** Commitment: how it was given. Equal in size and weight wherever they are offered. @type {Readonly<Record<string, string>>} */
export const METHODS = { screen: '签', paper: '纸质', oral: '口头', declined: '这次不签' };

/** @type {Readonly<Record<string, string>>} */
export const RELATIONS = {
  head: '户主本人',
  spouse: '爱人',
  other_adult: '家里别的大人',
  shopkeeper: '店主',
  tenant: '租户',
};

/** Install status, counted in adults who were asked. @type {Readonly<Record<string, string>>} */
export const APP = {
  installed_before: '原来就有',
  installed_now: '今天装好',
  wants_later: '以后再说',
  declined: '不装',
  no_smartphone: '没有智能手机',
};

/** When to come again. @type {Readonly<Record<string, string>>} */
export const SLOTS = {
  morning: '上午',
  noon: '中午',
  afternoon: '下午',
  evening: '傍晚',
  weekend: '周末',
  date: '选日子',
};

/** @type {Readonly<Record<string, string>>} */
export const AWAY = { working: '外出务工', moved: '已搬走', empty: '空房' };

/** What a worker may report about a door. @type {Readonly<Record<string, string>>} */
export const REPORTS = { away: '报了长期不在家', wrong: '报了名单写错', duplicate: '报了重复' };

/** What was held; the first is what a task of 宣讲 counts. @type {Readonly<Record<string, string>>} */
export const ACTIVITIES = {
  talk: '宣讲',
  meeting: '院坝会',
  fair: '赶集摆点',
  broadcast: '大喇叭',
  show: '文艺演出',
  other: '别的活动',
};

/** What was put up. @type {Readonly<Record<string, string>>} */
export const POSTINGS = { plaque: '门牌', poster: '宣传画', banner: '横幅', board: '宣传栏', other: '别的张贴' };

/** When the visit was, for writing up later. @type {Readonly<Record<string, string>>} */
export const WHEN = { now: '刚刚', morning: '上午', afternoon: '下午', yesterday: '昨天' };

/** What an event is called where the phone lists what waits. @type {Readonly<Record<string, string>>} */
export const EVENT_KINDS = {
  visit: '走访',
  correction: '改正',
  place_new: '新户',
  place_edit: '改资料',
  place_report: '报告',
  commitment_withdrawal: '撤回承诺书',
  posting: '张贴',
  activity: '活动',
  explanation: '说明',
  photo_lost: '照片',
};

/**
 * Why the server set a record aside: what it means and what to do. It is held in every case; nothing is lost.
 * @type {Readonly<Record<string, {what: string, todo: string}>>}
 */
export const ATTENTION = {
  unknown_place: { what: '服务器上还没有这一户。', todo: '等村里加上这户，会自己对上。不用重记。' },
  unknown_visit: { what: '要改的那一条还没传到。', todo: '等那条到了，会自己改好。' },
  unknown_commitment: { what: '要撤回的承诺书还没传到。', todo: '等它到了，会自己撤回。' },
  unknown_campaign: { what: '服务器不认得这次行动。', todo: '请告诉镇里，加上行动后会自己对上。' },
  unknown_ask: { what: '服务器上没有您说明的那句问话。', todo: '不用重写，村里能看到您说的。' },
  not_asked: { what: '这句话问的是别的网格员。', todo: '请让被问的人说明，或直接跟村里说。' },
  unknown_kind: { what: '服务器还看不懂这类记录。', todo: '服务器更新后会自己对上。' },
  out_of_scope: { what: '当时不在您的网格里。', todo: '请村里看一下，由村里决定收不收。' },
  clock_future: { what: '手机的时间走快了一天多。', todo: '请先把手机时间调准，再用「改正」重记一次。' },
  bad_body: { what: '这一条有一项没填对。', todo: '请用「改正」重记一次。' },
  chain_broken: { what: '前后两条接不上，可能换过手机或恢复过备份。', todo: '手机会自己重新接上。接不上时请找镇里。' },
  body_differs: { what: '同一条传了两个样子。', todo: '先到的那条算数，另一条由村里看。' },
  not_yours: { what: '这一条是别人记的。', todo: '请让记的人改，或请村里改。' },
  place_exists: { what: '这户服务器上已经有了。', todo: '不用再加，请在户表里找到它。' },
  revoked: { what: '这部手机已被停用。', todo: '记录都收到了，由镇里决定收不收。' },
  rejected: { what: '村里看过，没有收这一条。', todo: '有不同意见，请跟村里说。' },
};
