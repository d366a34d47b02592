/** The synchronous cipher, a script of its own: who has no PIN never loads it. */

import { chacha20, chacha20poly1305 } from '../../vendor/noble-ciphers@2.4.0/chacha.js';
import '../server.js'; // as in seldom.js
import '../sync/keep.js';
import { offerCipher } from './sealers.js';

offerCipher({
  seal: (key, nonce, about, bytes, into) => chacha20poly1305(key, nonce, about).encrypt(bytes, into),
  mark: chacha20,
  open: (key, nonce, about, bytes) => chacha20poly1305(key, nonce, about).decrypt(bytes),
});
