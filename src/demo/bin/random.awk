# Random numbers, the same with every awk: Lehmer's generator (a = 16807, m = 2^31 - 1), products below 2^46.

# The seed comes from the cycle's id: the same cycle gives the same model, another one another order of rows.
function seed_from(text,    i) {
    state = 1
    for (i = 1; i <= length(text); i++)
        state = (state * 131 + index("-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", \
            substr(text, i, 1))) % 2147483646
    state++
    for (i = 1; i <= 10; i++) random(2) # Close seeds start close together.
}

function random(n) {
    state = state * 16807 % 2147483647
    return state % n
}

function shuffle(list, n,    i, j, swap) {
    for (i = n; i > 1; i--) {
        j = random(i) + 1
        swap = list[i]
        list[i] = list[j]
        list[j] = swap
    }
}
