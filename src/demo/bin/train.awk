# Logistic regression by stochastic gradient descent: is a tumour malignant (1) or benign (0)?
# Called by train.sh, which passes every path in the environment and moves the files written here into place.
# With CHECK=1 it only reads the parameters, and dies if training with them is out of the question.
#
# The money, stated once. A credit is the unit of roi, cost and gain.
#   loss = mean log loss on the validation rows
#   cost = gradient steps * STEP_PRICE
#   gain = PREDICTIONS * LOSS_PRICE * (loss of the kept model - loss of the new one), 0 if the new one is not kept
#   roi  = gain - cost
# modules splits gain among the feature groups (see `credit`). What is missing to gain came from the bias, the one
# weight that belongs to no feature.
#
# metrics describe the model that is kept after this cycle, whichever that is; candidate_loss is that of the new one.
#
# The same figures with mawk, gawk and busybox awk, whatever the machine: sums always run in the same order (never
# `for (k in a)`), and the random generator, exp, log and sqrt are our own. Some builds of busybox have no mathematics,
# and mathematical libraries differ in the last digit.

function money() {
    PREDICTIONS = 1000 # answered by one version before the next cycle: what one metrics row stands for
    LOSS_PRICE = 0.1   # credits that one prediction loses per unit of log loss
    STEP_PRICE = 0.001 # credits for one gradient step
}

function die(message) {
    print "train.awk: " message > "/dev/stderr"
    exit 1
}

function is_number(text) {
    return text ~ /^-?[0-9]+(\.[0-9]+)?(e[-+]?[0-9]+)?$/
}

# ---- reading ----

# Every second row validates, the others train: half and half, because on few validation rows a lucky model looks
# perfect. Fills x[row, column] and y[row], and lists the rows of both parts in train[] and valid[].
function read_data(path,    line, n, field, row, c) {
    if ((getline line < path) <= 0) die("cannot read " path)
    split(line, field, ",")
    ROWS = field[1]
    COLUMNS = field[2]
    while ((getline line < path) > 0) {
        n = split(line, field, ",")
        row++
        if (n != COLUMNS + 1) die(path " line " (row + 1) ": expected " (COLUMNS + 1) " values, found " n)
        for (c = 1; c <= n; c++)
            if (!is_number(field[c])) die(path " line " (row + 1) ": `" field[c] "` is not a number")
        for (c = 1; c <= COLUMNS; c++) x[row, c] = field[c] + 0
        y[row] = field[n] == 0 ? 1 : 0 # The file says 0 for malignant.
        if (row % 2 == 0) valid[++n_valid] = row
        else train[++n_train] = row
    }
    close(path)
    if (row != ROWS) die(path ": expected " ROWS " rows, as its first line says, found " row + 0)
}

# Brings every column to mean 0 and deviation 1 by the training rows alone, so that nothing of the validation rows
# leaks into the model.
function standardise(    c, i, sum, squares, mean, deviation) {
    for (c = 1; c <= COLUMNS; c++) {
        sum = squares = 0
        for (i = 1; i <= n_train; i++) sum += x[train[i], c]
        mean = sum / n_train
        for (i = 1; i <= n_train; i++) squares += (x[train[i], c] - mean) * (x[train[i], c] - mean)
        deviation = squares > 0 ? root(squares / n_train) : 1
        for (i = 1; i <= ROWS; i++) x[i, c] = (x[i, c] - mean) / deviation
    }
}

function read_groups(path,    line, n, field, i) {
    while ((getline line < path) > 0) {
        if (line ~ /^#/ || line ~ /^[ \t]*$/) continue
        n = split(line, field, " ")
        group_name[++n_groups] = field[1]
        group_index[field[1]] = n_groups
        for (i = 2; i <= n; i++) group_of[field[i]] = n_groups
    }
    close(path)
    for (i = 1; i <= COLUMNS; i++) if (!(i in group_of)) die(path ": column " i " is in no group")
}

# Parameters are `key value` lines. A wrong one stops the cycle: training with a guess would cost money.
function read_params(path,    line, n, field, i) {
    rate = decay = -1
    while ((getline line < path) > 0) {
        sub(/#.*/, "", line)
        n = split(line, field, " ")
        if (n == 0) continue
        if (field[1] == "groups") {
            for (i = 2; i <= n; i++) {
                if (!(field[i] in group_index)) die(path ": unknown group `" field[i] "`")
                trained[group_index[field[i]]] = 1
                n_trained++
            }
        } else if (n != 2 || !is_number(field[2])) die(path ": expected a number in `" line "`")
        else if (field[1] == "rate") rate = field[2] + 0
        else if (field[1] == "decay") decay = field[2] + 0
        else if (field[1] == "fresh") fresh = field[2] + 0
        else die(path ": unknown parameter `" field[1] "`")
    }
    close(path)
    if (rate <= 0 || rate > 100) die(path ": rate must be over 0 and at most 100")
    if (decay < 0 || decay > 100) die(path ": decay must be from 0 to 100")
    if (fresh != 0 && fresh != 1) die(path ": fresh must be 0 or 1")
    if (!n_trained) die(path ": groups must name at least one group")
}

# Loads the kept model into old[0..COLUMNS], old[0] being the bias. Without one, or if the bot starts afresh in every
# cycle, the model to beat answers every question with the share of malignant rows. The `end` line proves that the file
# is whole.
function read_model(path,    line, n, field, c, i, malignant, whole, found) {
    found = fresh ? -1 : (getline line < path)
    if (found < 0) {
        for (i = 1; i <= n_train; i++) malignant += y[train[i]]
        old[0] = ln(malignant / (n_train - malignant))
        for (c = 1; c <= COLUMNS; c++) old[c] = 0
        old_epochs = 0
        return
    }
    if (found == 0 || line != "sie-demo-model 1") die(path " is not a model of this demo")
    c = -1
    while ((getline line < path) > 0) {
        n = split(line, field, " ")
        if (n == 2 && field[1] == "epochs" && is_number(field[2])) old_epochs = field[2] + 0
        else if (n == 3 && field[1] == "weight" && field[2] == c + 1 && is_number(field[3])) old[++c] = field[3] + 0
        else if (line == "end") whole = 1
        else die(path ": cannot read `" line "`")
    }
    close(path)
    if (!whole || c != COLUMNS || old_epochs == "") die(path " is not whole; remove it to start again")
}

# ---- mathematics ----

# e^z: the series for z / 1024, where seven terms are enough, then squared ten times. Good to about 1e-13.
function e_to(z,    i, sum) {
    z /= 1024
    sum = 1
    for (i = 7; i > 0; i--) sum = 1 + z / i * sum
    for (i = 1; i <= 10; i++) sum *= sum
    return sum
}

# Natural logarithm of v > 0: halved or doubled into 0.75 to 1.5, then the series of 2 artanh((v - 1) / (v + 1)).
function ln(v,    i, halvings, s, sum) {
    while (v > 1.5) { v /= 2; halvings++ }
    while (v < 0.75) { v *= 2; halvings-- }
    s = (v - 1) / (v + 1)
    for (i = 21; i > 0; i -= 2) sum = sum * s * s + 1 / i
    return halvings * 0.69314718055994531 + 2 * s * sum
}

# Square root of v > 0, by Newton's method.
function root(v,    i, y) {
    y = v + 1
    for (i = 1; i <= 40; i++) y = (y + v / y) / 2
    return y
}

# ---- the model ----

# Beyond 30 the answer no longer changes in a way that matters, and e^z stays far from overflow.
function clamp(z) {
    return z > 30 ? 30 : z < -30 ? -30 : z
}

function probability(z) {
    return 1 / (1 + e_to(-clamp(z)))
}

# Log loss of answering with log-odds z when the truth is t (1 or 0).
function log_loss(z, t) {
    return ln(1 + e_to(t ? -clamp(z) : clamp(z)))
}

# Continues from old[], one pass over the training rows per unit of energy; leaves new[].
function fit(epochs,    c, e, i, k, n, row, z, step, step_size, used) {
    for (c = 0; c <= COLUMNS; c++) new[c] = old[c]
    for (c = 1; c <= COLUMNS; c++) if (group_of[c] in trained) used[++n] = c
    for (e = 1; e <= epochs; e++) {
        step_size = rate / (1 + decay * (old_epochs + e - 1))
        shuffle(train, n_train)
        for (i = 1; i <= n_train; i++) {
            row = train[i]
            z = new[0]
            for (k = 1; k <= n; k++) z += new[used[k]] * x[row, used[k]]
            step = step_size * (y[row] - probability(z))
            new[0] += step
            for (k = 1; k <= n; k++) new[used[k]] += step * x[row, used[k]]
            steps++
        }
        printf "sie:progress %.2f epoch %d\n", e / epochs, e
        fflush()
    }
}

# Splits every validation row's log-odds into one part per group, for the old and the new weights; group 0 is the bias.
function split_odds(    i, c, g) {
    for (i = 1; i <= n_valid; i++) {
        for (g = 0; g <= n_groups; g++) odds[i, g, 0] = odds[i, g, 1] = 0
        odds[i, 0, 0] = old[0]
        odds[i, 0, 1] = new[0]
        for (c = 1; c <= COLUMNS; c++) {
            odds[i, group_of[c], 0] += old[c] * x[valid[i], c]
            odds[i, group_of[c], 1] += new[c] * x[valid[i], c]
        }
    }
}

# Measures the model whose groups have new weights where `mask` has its bit set, and old ones elsewhere.
function measure(mask,    i, g, z, sum, bit, rest) {
    rest = mask
    for (g = 0; g <= n_groups; g++) {
        bit[g] = rest % 2
        rest = (rest - bit[g]) / 2
    }
    wrong[mask] = 0
    for (i = 1; i <= n_valid; i++) {
        z = 0
        for (g = 0; g <= n_groups; g++) z += odds[i, g, bit[g]]
        sum += log_loss(z, y[valid[i]])
        if ((z > 0) != y[valid[i]]) wrong[mask]++
    }
    loss[mask] = sum / n_valid
    wrong[mask] /= n_valid
}

# How much of the drop in loss each group brought: its Shapley value, the mean over all orders in which the groups
# could have been swapped from old to new. Re-measured for every mix; the shares add up to the whole drop.
function credit(    mask, g, bit, size, orders, players, i) {
    players = n_groups + 1
    all = 1 # The number of mixes; `all - 1` has every bit set.
    for (i = 1; i <= players; i++) all *= 2
    orders[0] = 1
    for (i = 1; i <= players; i++) orders[i] = orders[i - 1] * i
    for (mask = 0; mask < all; mask++) {
        measure(mask)
        size[mask] = 0
        for (i = mask; i > 0; i = (i - i % 2) / 2) size[mask] += i % 2
    }
    bit = 1
    for (g = 0; g < players; g++) {
        share[g] = 0
        for (mask = 0; mask < all; mask++)
            if ((mask - mask % bit) / bit % 2 == 0)
                share[g] += (loss[mask] - loss[mask + bit]) * orders[size[mask]] * \
                    orders[players - size[mask] - 1] / orders[players]
        bit *= 2
    }
}

# ---- writing ----

# Reads the end back: busybox awk does not report a full disk, and a torn file must never be moved into place.
function finish(path, last_line,    line, last) {
    close(path)
    while ((getline line < path) > 0) last = line
    close(path)
    if (last != last_line) die("cannot write " path)
}

function write_model(path, epochs,    c) {
    print "sie-demo-model 1" > path
    print "epochs " epochs > path
    for (c = 0; c <= COLUMNS; c++) printf "weight %d %.17g\n", c, new[c] > path
    print "end" > path
    finish(path, "end")
}

function write_result(path,    g, comma) {
    printf "{\n  \"roi\": %.17g,\n  \"cost\": %.17g,\n  \"gain\": %.17g,\n", roi, cost, gain > path
    printf "  \"modules\": {" > path
    for (g = 1; g <= n_groups; g++)
        if (g in trained) {
            printf "%s\"%s\": %.17g", comma, group_name[g], module[g] > path
            comma = ", "
        }
    printf "},\n  \"metrics\": {\"loss\": %.17g, \"error_share\": %.17g, \"accuracy\": %.17g, ", \
        kept_loss, kept_wrong, 1 - kept_wrong > path
    printf "\"candidate_loss\": %.17g, \"epochs\": %d},\n", new_loss, kept_epochs > path
    printf "  \"samples\": %d,\n  \"kept\": %s,\n", n_valid, kept ? "true" : "false" > path
    printf "  \"message\": \"%s: loss %.4f -> %.4f, gain %.3f - cost %.3f (%d steps)\"\n}\n", \
        kept ? "kept" : "not kept", old_loss, new_loss, gain, cost, steps > path
    finish(path, "}")
}

BEGIN {
    money()
    if (ENVIRON["CHECK"]) {
        read_groups(ENVIRON["GROUPS_FILE"])
        read_params(ENVIRON["PARAMS"])
        exit 0
    }
    read_data(ENVIRON["DATA"])
    standardise()
    read_groups(ENVIRON["GROUPS_FILE"])
    read_params(ENVIRON["PARAMS"])
    read_model(ENVIRON["MODEL"])
    seed_from(ENVIRON["SIE_CYCLE"])

    epochs = ENVIRON["SIE_ENERGY"] + 0
    fit(epochs)

    split_odds()
    credit()
    old_loss = loss[0]
    new_loss = loss[all - 1]
    kept = new_loss < old_loss
    kept_loss = kept ? new_loss : old_loss
    kept_wrong = kept ? wrong[all - 1] : wrong[0]
    kept_epochs = kept ? old_epochs + epochs : old_epochs

    worth = PREDICTIONS * LOSS_PRICE
    cost = steps * STEP_PRICE
    gain = kept ? worth * (old_loss - new_loss) : 0
    roi = gain - cost
    for (g = 1; g <= n_groups; g++) module[g] = kept ? worth * share[g] : 0

    if (kept) write_model(ENVIRON["NEW_MODEL"], kept_epochs)
    write_result(ENVIRON["NEW_RESULT"])
}
