// SPDX-License-Identifier: Apache-2.0
// A small shell: `sh -c "commands"`, or `sh file`. Commands end at ; or a newline; words end at blanks; | makes a pipe
// between two programs; > sends output to a file. Programs are looked for in /bin.
#include "lib.h"

#define TEXT_SIZE 512
#define COMMANDS 4

struct command {
    const char* word[ARGS_MAX];
    u32 words;
    const char* output;
};

static char text[TEXT_SIZE];

static NORETURN void become(const struct command* c) {
    char path[PATH_SIZE] = "/bin/";
    u32 n = strnlen(c->word[0], PATH_SIZE - 6);
    memcpy(path + (c->word[0][0] == '/' ? 0 : 5), c->word[0], n + 1);
    execve(path, c->word);
    print("sh: %s: cannot run\n", c->word[0]);
    finish(127);
}

static s32 run_line(struct command* commands, u32 count) {
    s32 input = -1, code = 0, last = -1, status;
    for (u32 i = 0; i < count; i++) {
        s32 ends[2] = {-1, -1};
        if (i + 1 < count) pipe(ends);
        last = fork();
        if (last == 0) {
            s32 output = commands[i].output ? open(commands[i].output, O_WRONLY | O_CREAT) : ends[1];
            if (input >= 0) dup2(input, 0), close(input);
            if (output >= 0) dup2(output, 1), close(output);
            if (ends[0] >= 0) close(ends[0]);
            become(&commands[i]);
        }
        if (input >= 0) close(input);
        if (ends[1] >= 0) close(ends[1]);
        input = ends[0];
    }
    for (u32 left = count; left; left--)
        if (wait(&status) == last) code = status;
    return code;
}

static s32 interpret(char* at) {
    s32 code = 0;
    while (*at) {
        struct command commands[COMMANDS];
        u32 count = 0;
        bool to_file = false;
        memset(commands, 0, sizeof(commands));
        for (; *at && *at != ';' && *at != '\n';) {
            struct command* c = &commands[count];
            if (*at == ' ') {
                *at++ = 0;
            } else if (*at == '|' || *at == '>') {
                if (*at == '|' && count + 1 < COMMANDS) count++;
                if (*at == '>') to_file = true;
                *at++ = 0;
            } else {
                if (to_file) c->output = at;
                else if (c->words + 1 < ARGS_MAX) c->word[c->words++] = at;
                to_file = false;
                while (*at && *at != ' ' && *at != ';' && *at != '\n' && *at != '|' && *at != '>') at++;
            }
        }
        if (*at) *at++ = 0;
        if (commands[0].words) code = run_line(commands, count + 1);
    }
    return code;
}

int main(int argc, const char* const* argv) {
    if (argc == 3 && strcmp(argv[1], "-c") == 0) {
        memcpy(text, argv[2], strnlen(argv[2], TEXT_SIZE - 1));
    } else if (argc == 2) {
        s32 fd = open(argv[1], O_RDONLY);
        if (fd < 0 || read(fd, text, TEXT_SIZE - 1) < 0) {
            print("sh: %s: cannot read\n", argv[1]);
            return 127;
        }
        close(fd);
    } else {
        return 2;
    }
    return interpret(text);
}
