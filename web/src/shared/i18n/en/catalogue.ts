import board from './board.json'
import common from './common.json'
import dataset from './dataset.json'
import design from './design.json'
import home from './home.json'
import keys from './keys.json'
import map from './map.json'
import passport from './passport.json'
import shell from './shell.json'
import wall from './wall.json'

export const en = { board, common, dataset, design, home, keys, map, passport, shell, wall }
