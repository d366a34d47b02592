/** Every address under /field/ that the phone answers. */
import { unlock } from './rooms/_locked.js';
import { elsewhere, rescue } from './rooms/_trouble.js';
import { installPart, refuseInstall } from './rooms/install.js';
import { listPage } from './rooms/list.js';
import { lockNow } from './rooms/lock.js';
import { lossRead, lostPage, lostPart } from './rooms/lost.js';
import { stripPart, updatePart } from './rooms/parts.js';
import { photoFile } from './rooms/photos.js';
import { placeScreen } from './rooms/place.js';
import { savedPage } from './rooms/saved.js';
import { saveSign, signedPage, signPage } from './rooms/sign.js';
import { soundFile } from './rooms/sounds.js';
import { syncNow, syncScreen, unsentFile } from './rooms/sync.js';
import { lanesPage, later, saveLanes, todayPage } from './rooms/today.js';
import { dropForm, formDoor, keepDraft, saveForm, visitForm } from './rooms/visit.js';
import { route } from './router.js';

/** @typedef {import('./rooms/_types.js').Ask} Ask */

const DOOR = '/field/places/:id';
const RECORD = '/field/visits/:id';
const TOLD = '/field/told/:id';

/**
 * Screens whose code comes when the first of them is asked for, under the names they have there.
 * @type {Record<keyof typeof import('./seldom.js'), import('./rooms/_types.js').Screen>}
 */
const SELDOM = new Proxy(/** @type {any} */ ({}), {
  get: (_, /** @type {keyof typeof import('./seldom.js')} */ name) => async (/** @type {Ask} */ ask) => {
    const screens = await import('./seldom.js').catch(() => null);
    return screens ? screens[name](ask) : elsewhere(ask);
  },
});
const {
  addNew,
  again,
  answerAsk,
  asksPage,
  attentionPage,
  begin,
  campaignsPage,
  change,
  changeCampaign,
  checkupPage,
  edit,
  editForm,
  end,
  enrolAfterAll,
  enrolNow,
  enrolPage,
  familyPage,
  firstPage,
  firstRound,
  fix,
  forget,
  forgotPage,
  historyPage,
  leave,
  listenPage,
  lockPage,
  lookAgain,
  mePage,
  minutes,
  morePage,
  move,
  movePage,
  newForm,
  off,
  offPage,
  outcomesPage,
  practiceMe,
  practiceSync,
  report,
  reportForm,
  set,
  setPage,
  showPage,
  signOutPage,
  switchTo,
  tellForm,
  tellIt,
  today,
  toldPage,
  tryNow,
  unsay,
  unsayForm,
  visitPage,
  voidIt,
  voidPage,
  walkedPage,
  withdrawIt,
  withdrawPage,
} = SELDOM;

export { setPage };

/** @type {import('./router.js').Route<import('./rooms/_types.js').Screen>[]} */
export const ROUTES = [
  route('GET', '/field/', todayPage, { asksPin: true }),
  route('GET', '/field/walked', walkedPage),
  route('GET', '/field/tell/:what', tellForm),
  route('POST', '/field/tell/:what', tellIt),
  route('GET', TOLD, toldPage),
  route('GET', `${TOLD}/void`, unsayForm),
  route('POST', `${TOLD}/void`, unsay),
  route('GET', '/field/lanes', lanesPage),
  route('POST', '/field/lanes', saveLanes),
  route('GET', '/field/list', listPage, { asksPin: true }),
  route('GET', '/field/new', newForm),
  route('POST', '/field/new', addNew),

  route('GET', DOOR, placeScreen),
  route('GET', `${DOOR}/more`, morePage),
  route('GET', `${DOOR}/history`, historyPage),
  route('GET', `${DOOR}/outcomes`, outcomesPage),
  route('GET', `${DOOR}/family`, familyPage),
  route('GET', `${DOOR}/edit`, editForm),
  route('POST', `${DOOR}/edit`, edit),
  route('GET', `${DOOR}/report`, reportForm),
  route('POST', `${DOOR}/report`, report),
  route('POST', `${DOOR}/later`, later),
  route('GET', `${DOOR}/show`, showPage, { lock: 'show' }),

  route('GET', `${DOOR}/visit`, visitForm),
  route('POST', `${DOOR}/visit`, saveForm, { ahead: formDoor }),
  route('POST', `${DOOR}/draft`, keepDraft),
  route('POST', `${DOOR}/drop`, dropForm),
  route('GET', `${DOOR}/sign`, signPage, { lock: 'sign' }),
  route('POST', `${DOOR}/sign`, saveSign, { lock: 'sign' }),
  route('GET', `${DOOR}/signed`, signedPage, { lock: 'sign' }),
  route('GET', '/field/saved/:id', savedPage),

  route('GET', RECORD, visitPage),
  route('GET', `${RECORD}/fix`, fix),
  route('GET', `${RECORD}/move`, movePage),
  route('POST', `${RECORD}/move`, move),
  route('GET', `${RECORD}/void`, voidPage),
  route('POST', `${RECORD}/void`, voidIt),
  route('GET', `${RECORD}/withdraw`, withdrawPage),
  route('POST', `${RECORD}/withdraw`, withdrawIt),

  route('GET', '/field/listen', listenPage, { lock: 'listen' }),
  route('POST', '/field/unlock', unlock, { lock: 'any', bears: 'withheld' }),
  route('GET', '/field/photos/:id', photoFile, { lock: 'any', bears: 'locked' }),
  route('GET', '/field/sounds/:id', soundFile, { lock: 'any', bears: 'locked' }),

  route('GET', '/field/sync', syncScreen, { practice: practiceSync, bears: 'withheld' }),
  route('POST', '/field/sync', syncNow, { practice: practiceSync, bears: 'withheld' }),
  route('GET', '/field/attention/:n', attentionPage),
  route('GET', '/field/asks', asksPage),
  route('POST', '/field/asks/:id', answerAsk),
  route('GET', '/field/unsent', unsentFile, { practice: practiceSync, bears: 'locked' }),
  route('GET', '/field/lost', lostPage, { practice: practiceMe }),
  route('GET', '/field/rescue', rescue, { bare: true }),

  route('GET', '/field/me', mePage, { practice: practiceMe, bears: 'withheld' }),
  route('POST', '/field/me', change),
  route('GET', '/field/campaigns', campaignsPage, { practice: practiceMe }),
  route('POST', '/field/campaigns', changeCampaign, { practice: practiceMe }),
  route('GET', '/field/checkup', checkupPage, { open: true, bears: 'locked' }),
  route('POST', '/field/checkup', lookAgain, { open: true, bears: 'locked' }),
  route('POST', '/field/switch', switchTo, { open: true, practice: practiceMe, bears: 'locked' }),
  route('GET', '/field/signout', signOutPage, { practice: practiceMe, bears: 'withheld' }),
  route('POST', '/field/signout', leave, { practice: practiceMe, bears: 'withheld' }),

  route('GET', '/field/pin', lockPage, { practice: practiceMe }),
  route('POST', '/field/pin', tryNow, { lock: 'any', practice: practiceMe, bears: 'locked' }),
  route('POST', '/field/pin/lock', lockNow, { lock: 'any', practice: practiceMe, bears: 'locked' }),
  route('POST', '/field/pin/minutes', minutes, { practice: practiceMe }),
  route('GET', '/field/pin/set', setPage, { practice: practiceMe }),
  route('POST', '/field/pin/set', set, { practice: practiceMe }),
  route('GET', '/field/pin/off', offPage, { practice: practiceMe }),
  route('POST', '/field/pin/off', off, { practice: practiceMe }),
  route('GET', '/field/pin/forgot', forgotPage, { lock: 'any', practice: practiceMe, bears: 'locked' }),
  route('POST', '/field/pin/forgot', forget, { lock: 'any', practice: practiceMe, bears: 'locked' }),

  route('POST', '/field/practice', begin, { open: true, bears: 'locked' }),
  route('POST', '/field/practice/again', again),
  route('POST', '/field/practice/end', end, { open: true, lock: 'any' }),

  route('GET', '/field/enrol', enrolPage, { open: true, bears: 'locked' }),
  route('POST', '/field/enrol', enrolNow, { open: true, practice: enrolAfterAll, bears: 'locked' }),
  route('GET', '/field/first', firstPage, { practice: today, asksPin: true }),
  route('POST', '/field/first', firstRound, { practice: today }),

  route('GET', '/field/parts/strip', stripPart),
  route('GET', '/field/parts/lost', lostPart, { open: true }),
  route('POST', '/field/parts/lost', lossRead),
  route('GET', '/field/parts/update', updatePart, { bears: 'locked' }),
  route('GET', '/field/parts/install', installPart),
  route('POST', '/field/parts/install', refuseInstall),
];
