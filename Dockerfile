# The bot for a real Slack workspace (see "Connect a real Slack workspace" in README.md). The local workspace listens
# on loopback only, so it is no use in a container.

FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No scripts: what they would build comes below, when the sources are there.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY manifest.yml LICENSE tsconfig.json ./
COPY db ./db
COPY src ./src
COPY start ./start
RUN ["node", "--import", "tsx", "start/build.ts"]

FROM node:20-slim
ENV NODE_ENV=production DATA_DIR=/data PORT=3000
WORKDIR /app
COPY --from=build /app ./
RUN mkdir --mode=700 /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# What `npm start` runs, without npm in between, so that SIGTERM reaches the bot.
CMD ["node", "start/start.js", "--built"]
