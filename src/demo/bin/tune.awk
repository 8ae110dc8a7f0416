# Changes one parameter of a bot, blindly: some changes will be better, some worse, some nonsense. Called by tune.sh.
#
# Which of them are nonsense the check says, which are worth keeping the trials. A cleverer search could read
# $SIE_MODULES to learn which groups pay; this one shows that even a bad idea costs no more than its trials.

BEGIN {
    while ((getline line < ENVIRON["GROUPS_FILE"]) > 0) {
        if (line ~ /^#/ || line ~ /^[ \t]*$/) continue
        split(line, field, " ")
        name[++n_groups] = field[1]
    }
    seed_from(ENVIRON["SIE_CYCLE"])
    change = random(4 + n_groups)
    while ((found = (getline line < ENVIRON["PARAMS"])) > 0) {
        split(line, field, " ")
        if (field[1] == "rate" && change == 0) line = sprintf("rate %.6g", field[2] * 4)
        if (field[1] == "rate" && change == 1) line = sprintf("rate %.6g", field[2] / 4)
        if (field[1] == "decay" && change == 2) line = sprintf("decay %.6g", field[2] + 0.5)
        if (field[1] == "decay" && change == 3) line = sprintf("decay %.6g", field[2] - 0.5)
        if (field[1] == "groups" && change >= 4) line = toggled(line, name[change - 3])
        print line > ENVIRON["NEW_PARAMS"]
    }
    if (found < 0) exit 1
}

# Adds a group to the line, or drops it if it is there.
function toggled(line, group,    n, field, i, rest, found) {
    n = split(line, field, " ")
    rest = field[1]
    for (i = 2; i <= n; i++)
        if (field[i] == group) found = 1
        else rest = rest " " field[i]
    return found ? rest : rest " " group
}
